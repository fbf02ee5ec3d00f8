#include "mote/data/feature_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <limits>

#include "cache_file.h"
#include "mote/base/error.h"
#include "mote/base/file.h"

namespace mote::data {
namespace {

std::size_t values_before(const FeatureCacheShape& shape, std::int64_t clip, std::int64_t pass) {
  return static_cast<std::size_t>((clip * shape.passes + pass) * shape.features);
}

}  // namespace

void FeatureCacheIndex::validate() const {
  const auto fail = [](const std::string& problem) { throw Error(ErrorCode::kInvalid, "[cache] " + problem); };
  if (key.empty()) fail("wanted a key, got none: hash what shapes the features");
  if (shape.clips <= 0 || shape.passes <= 0 || shape.features <= 0) {
    fail(fmt::format("wanted clips, passes and features > 0, got {} x {} x {}", shape.clips, shape.passes,
                     shape.features));
  }
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / static_cast<std::int64_t>(sizeof(float));
  if (shape.passes > kMost / shape.clips || shape.features > kMost / (shape.clips * shape.passes))
    fail("wanted a size that fits into 64 bits, got more");
  const auto clips = static_cast<std::size_t>(shape.clips);
  if (labels.size() != clips || ids.size() != clips) {
    fail(fmt::format("wanted {} labels and ids, got {} labels and {} ids", clips, labels.size(), ids.size()));
  }
  for (const std::string& id : ids) {
    if (id.find('\0') != std::string::npos) fail("wanted ids without zero bytes, got one");
  }
}

struct FeatureCacheWriter::State {
  State(const std::filesystem::path& path, FeatureCacheIndex&& given) : file(path), index(std::move(given)) {}
  ~State() {
    if (descriptor >= 0) ::close(descriptor);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  AtomicFile file;
  FeatureCacheIndex index;
  CacheLayout layout;
  int descriptor = -1;
};

FeatureCacheWriter::FeatureCacheWriter(const std::filesystem::path& path, FeatureCacheIndex index) {
  index.validate();
  state_ = std::make_unique<State>(path, std::move(index));
  state_->layout = create_cache_file(state_->file.temporary(), state_->index);
  state_->descriptor = ::open(state_->file.temporary().c_str(), O_RDWR | O_CLOEXEC);
  // Space is taken now: a full disk shows before hours of work, not after.
  const auto& layout = state_->layout;
  const int error = state_->descriptor < 0
                        ? errno
                        : ::posix_fallocate(state_->descriptor, static_cast<off_t>(layout.data_begin),
                                            static_cast<off_t>(layout.data_bytes));
  if (error == 0) return;
  throw Error(ErrorCode::kIo, fmt::format("[cache] wanted {} bytes for {}, got \"{}\": free some space",
                                          layout.data_bytes, path.string(), std::strerror(error)));
}

FeatureCacheWriter::~FeatureCacheWriter() = default;
FeatureCacheWriter::FeatureCacheWriter(FeatureCacheWriter&&) noexcept = default;

void FeatureCacheWriter::write(std::int64_t clip, std::int64_t pass, std::span<const float> features) {
  const FeatureCacheShape& shape = state_->index.shape;
  assert(0 <= clip && clip < shape.clips && 0 <= pass && pass < shape.passes);
  assert(static_cast<std::int64_t>(features.size()) == shape.features);
  const std::uint64_t begin = state_->layout.data_begin + values_before(shape, clip, pass) * sizeof(float);
  write_at(state_->descriptor, begin, std::as_bytes(features), state_->file.temporary());
}

void FeatureCacheWriter::commit() {
  seal_cache_file(state_->descriptor, state_->layout, state_->file.temporary());
  state_->file.commit();
}

struct FeatureCache::State {
  ~State() {
    if (map != nullptr) ::munmap(map, bytes);
  }
  FeatureCacheIndex index;
  void* map = nullptr;
  std::size_t bytes = 0;
  const float* values = nullptr;
};

FeatureCache::FeatureCache(std::unique_ptr<State> state) : state_(std::move(state)) {}
FeatureCache::FeatureCache(FeatureCache&&) noexcept = default;
FeatureCache& FeatureCache::operator=(FeatureCache&&) noexcept = default;
FeatureCache::~FeatureCache() = default;

std::optional<FeatureCache> FeatureCache::open(const std::filesystem::path& path, const std::string& key) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  FeatureCache cache = open_any(path);
  return cache.index().key == key ? std::optional(std::move(cache)) : std::nullopt;
}

FeatureCache FeatureCache::open_any(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    throw Error(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                fmt::format("[cache] wanted a feature cache at {}, got \"{}\"", path.string(), std::strerror(errno)));
  }
  struct stat status {};
  ::fstat(descriptor, &status);
  auto state = std::make_unique<State>();
  state->bytes = static_cast<std::size_t>(status.st_size);
  void* map = state->bytes == 0 ? nullptr : ::mmap(nullptr, state->bytes, PROT_READ, MAP_SHARED, descriptor, 0);
  state->map = map == MAP_FAILED ? nullptr : map;
  ::close(descriptor);
  const std::span bytes(static_cast<const std::byte*>(state->map), state->map == nullptr ? 0 : state->bytes);
  const CacheLayout layout = check_seal(bytes, path);
  state->index = read_cache_index(path, layout);
  state->values = reinterpret_cast<const float*>(bytes.data() + layout.data_begin);
  return FeatureCache(std::move(state));
}

const FeatureCacheIndex& FeatureCache::index() const {
  return state_->index;
}

std::span<const float> FeatureCache::features(std::int64_t clip, std::int64_t pass) const {
  const FeatureCacheShape& shape = state_->index.shape;
  assert(0 <= clip && clip < shape.clips && 0 <= pass && pass < shape.passes);
  return {state_->values + values_before(shape, clip, pass), static_cast<std::size_t>(shape.features)};
}

}  // namespace mote::data
