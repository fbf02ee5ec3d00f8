#include "cache_file.h"

#include <fmt/format.h>
#include <hdf5.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

#include "mote/base/error.h"
#include "mote/base/hash.h"

namespace mote::data {
namespace {

constexpr std::size_t kUserBlockBytes = 512;
constexpr std::array<char, 8> kMagic = {'m', 'o', 't', 'e', 'F', 'C', '1', '\n'};
constexpr std::size_t kNumbersBegin = kMagic.size();
constexpr std::size_t kHashBegin = kNumbersBegin + 3 * sizeof(std::uint64_t);
constexpr std::size_t kHashBytes = 64;

// libhdf5 as Debian builds it is not safe for threads.
std::mutex& hdf5_mutex() {
  static std::mutex mutex;
  return mutex;
}

// One call into libhdf5 at a time, and errors as return values, not as text on standard error.
class Session {
 public:
  Session() : lock_(hdf5_mutex()) {
    // Everything is closed by its handle. HDF5's own cleanup at exit crashes on a file that a full disk kept from
    // closing.
    static const herr_t without_cleanup = H5dont_atexit();
    (void)without_cleanup;
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }

 private:
  std::lock_guard<std::mutex> lock_;
};

constexpr hsize_t kAlignmentBytes = 64;

// Closes an HDF5 identifier; a negative one means that the call which made it failed.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  bool ok() const { return id_ >= 0; }
  hid_t get() const { return id_; }
  // Closes early: buffered writes reach the disk here, or fail here.
  bool close() { return close_(std::exchange(id_, -1)) >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

Error corrupt(const std::filesystem::path& path, const std::string& wanted_and_got) {
  return {ErrorCode::kCorrupt,
          fmt::format("[cache] {}: {}: delete the file and run again", path.string(), wanted_and_got)};
}

Error not_written(const std::filesystem::path& path) {
  return {ErrorCode::kIo,
          fmt::format("[cache] wanted to write {}, got \"{}\": check the disk's free space and permissions",
                      path.string(), errno != 0 ? std::strerror(errno) : "HDF5 refused")};
}

bool write_text_attribute(hid_t file, const char* name, const std::string& text) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), text.size());
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(H5Acreate2(file, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  return attribute.ok() && H5Awrite(attribute.get(), type.get(), text.data()) >= 0;
}

bool write_list(hid_t file, const char* name, hid_t file_type, hid_t memory_type, std::size_t count,
                const void* values) {
  const hsize_t size = count;
  const Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose);
  const Handle how(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(how.get(), 0);  // no clock in the file
  const Handle set(H5Dcreate2(file, name, file_type, space.get(), H5P_DEFAULT, how.get(), H5P_DEFAULT), H5Dclose);
  return set.ok() && H5Dwrite(set.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
}

// Ids as one run of bytes, each ended by a zero: no variable-length heap, so the file's bytes depend on its content
// only.
std::string pack(const std::vector<std::string>& ids) {
  std::string packed;
  for (const std::string& id : ids) packed.append(id.c_str(), id.size() + 1);
  return packed;
}

// Space for the values, allocated now and not filled; gives the place of its first byte, 0 on failure.
std::uint64_t allocate_features(hid_t file, const FeatureCacheShape& shape) {
  const std::array<hsize_t, 3> size = {static_cast<hsize_t>(shape.clips), static_cast<hsize_t>(shape.passes),
                                       static_cast<hsize_t>(shape.features)};
  const Handle space(H5Screate_simple(3, size.data(), nullptr), H5Sclose);
  const Handle how(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(how.get(), 0);
  H5Pset_layout(how.get(), H5D_CONTIGUOUS);
  H5Pset_alloc_time(how.get(), H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(how.get(), H5D_FILL_TIME_NEVER);
  const Handle set(H5Dcreate2(file, "features", H5T_IEEE_F32LE, space.get(), H5P_DEFAULT, how.get(), H5P_DEFAULT),
                   H5Dclose);
  if (!set.ok()) return 0;
  const haddr_t offset = H5Dget_offset(set.get());
  return offset == HADDR_UNDEF ? 0 : offset;
}

std::uint64_t write_datasets(hid_t file, const FeatureCacheIndex& index) {
  const std::string ids = pack(index.ids);
  const bool good =
      write_text_attribute(file, "key", index.key) &&
      write_list(file, "labels", H5T_STD_I32LE, H5T_NATIVE_INT32, index.labels.size(), index.labels.data()) &&
      write_list(file, "ids", H5T_STD_I8LE, H5T_NATIVE_CHAR, ids.size(), ids.data());
  return good ? allocate_features(file, index.shape) : 0;
}

// "…" of a part of the file: the numbers of the seal and everything outside user block and values.
std::string seal_hash(const CacheLayout& layout, std::span<const std::byte> before, std::span<const std::byte> after) {
  const auto bytes = [](std::span<const std::byte> part) {
    return std::span(reinterpret_cast<const std::uint8_t*>(part.data()), part.size());
  };
  Hasher hasher;
  hasher.add(layout.file_bytes).add(layout.data_begin).add(layout.data_bytes).add(bytes(before)).add(bytes(after));
  return hasher.finish();
}

std::vector<std::byte> read_range(int descriptor, std::uint64_t begin, std::uint64_t end,
                                  const std::filesystem::path& path) {
  std::vector<std::byte> bytes(end - begin);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(descriptor, bytes.data() + done, bytes.size() - done, static_cast<off_t>(begin + done));
    if (got <= 0) throw not_written(path);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

bool read_text_attribute(hid_t file, const char* name, std::string& text) {
  const Handle attribute(H5Aopen(file, name, H5P_DEFAULT), H5Aclose);
  if (!attribute.ok()) return false;
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  text.resize(H5Tget_size(type.get()));
  return H5Aread(attribute.get(), type.get(), text.data()) >= 0;
}

template <class Container>
bool read_list(hid_t file, const char* name, hid_t memory_type, Container& values) {
  const Handle set(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
  if (!set.ok()) return false;
  const Handle space(H5Dget_space(set.get()), H5Sclose);
  values.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
  return H5Dread(set.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0;
}

bool read_shape(hid_t file, FeatureCacheShape& shape) {
  const Handle set(H5Dopen2(file, "features", H5P_DEFAULT), H5Dclose);
  if (!set.ok()) return false;
  const Handle space(H5Dget_space(set.get()), H5Sclose);
  if (H5Sget_simple_extent_ndims(space.get()) != 3) return false;
  std::array<hsize_t, 3> size{};
  H5Sget_simple_extent_dims(space.get(), size.data(), nullptr);
  shape = {static_cast<std::int64_t>(size[0]), static_cast<std::int64_t>(size[1]), static_cast<std::int64_t>(size[2])};
  return true;
}

std::vector<std::string> unpack_ids(const std::string& packed) {
  std::vector<std::string> ids;
  for (std::size_t at = 0; at < packed.size(); at += ids.back().size() + 1) ids.emplace_back(packed.c_str() + at);
  return ids;
}

}  // namespace

CacheLayout create_cache_file(const std::filesystem::path& path, const FeatureCacheIndex& index) {
  const Session session;
  errno = 0;
  const Handle how(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_userblock(how.get(), kUserBlockBytes);
  // Values lie where floats may lie, whatever the length of the ids before them.
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_alignment(access.get(), 1, kAlignmentBytes);
  Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, how.get(), access.get()), H5Fclose);
  if (!file.ok()) throw not_written(path);
  errno = 0;  // HDF5 first looks whether the file exists

  CacheLayout layout;
  // Addresses inside HDF5 count from the end of the user block; H5Dget_offset counts from the file's first byte.
  layout.data_begin = write_datasets(file.get(), index);
  layout.data_bytes =
      static_cast<std::uint64_t>(index.shape.clips * index.shape.passes * index.shape.features) * sizeof(float);
  if (!file.close() || layout.data_begin == 0) throw not_written(path);
  std::error_code error;
  layout.file_bytes = std::filesystem::file_size(path, error);
  const bool fits =
      layout.data_begin % sizeof(float) == 0 && layout.data_begin + layout.data_bytes <= layout.file_bytes;
  if (error || !fits) throw not_written(path);
  return layout;
}

void write_at(int descriptor, std::uint64_t begin, std::span<const std::byte> bytes,
              const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(begin));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw not_written(path);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    begin += static_cast<std::uint64_t>(done);
  }
}

void seal_cache_file(int descriptor, const CacheLayout& layout, const std::filesystem::path& path) {
  const auto before = read_range(descriptor, kUserBlockBytes, layout.data_begin, path);
  const auto after = read_range(descriptor, layout.data_begin + layout.data_bytes, layout.file_bytes, path);
  const std::string hash = seal_hash(layout, before, after);

  std::array<std::byte, kUserBlockBytes> block{};
  const std::array<std::uint64_t, 3> numbers = {layout.file_bytes, layout.data_begin, layout.data_bytes};
  std::memcpy(block.data(), kMagic.data(), kMagic.size());
  std::memcpy(block.data() + kNumbersBegin, numbers.data(), sizeof numbers);
  std::memcpy(block.data() + kHashBegin, hash.data(), kHashBytes);
  write_at(descriptor, 0, block, path);
}

CacheLayout check_seal(std::span<const std::byte> file, const std::filesystem::path& path) {
  if (file.size() < kUserBlockBytes || std::memcmp(file.data(), kMagic.data(), kMagic.size()) != 0) {
    throw corrupt(path, "wanted a feature cache of mote, got something else");
  }
  std::array<std::uint64_t, 3> numbers{};
  std::memcpy(numbers.data(), file.data() + kNumbersBegin, sizeof numbers);
  const CacheLayout layout = {numbers[0], numbers[1], numbers[2]};
  if (layout.file_bytes != file.size()) {
    throw corrupt(path, fmt::format("wanted {} bytes as sealed, got {}", layout.file_bytes, file.size()));
  }
  const bool inside = layout.data_begin >= kUserBlockBytes && layout.data_begin <= file.size() &&
                      layout.data_bytes <= file.size() - layout.data_begin && layout.data_begin % sizeof(float) == 0;
  if (!inside) throw corrupt(path, "wanted the features inside the file, got them outside");

  const auto before = file.subspan(kUserBlockBytes, layout.data_begin - kUserBlockBytes);
  const auto after = file.subspan(layout.data_begin + layout.data_bytes);
  const std::string hash = seal_hash(layout, before, after);
  if (std::memcmp(file.data() + kHashBegin, hash.data(), kHashBytes) != 0) {
    throw corrupt(path, "wanted the metadata that were sealed, got others");
  }
  return layout;
}

FeatureCacheIndex read_cache_index(const std::filesystem::path& path, const CacheLayout& layout) {
  const Session session;
  FeatureCacheIndex index;
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  std::string ids;
  const bool read = file.ok() && read_text_attribute(file.get(), "key", index.key) &&
                    read_shape(file.get(), index.shape) &&
                    read_list(file.get(), "labels", H5T_NATIVE_INT32, index.labels) &&
                    read_list(file.get(), "ids", H5T_NATIVE_CHAR, ids);
  if (!read || (!ids.empty() && ids.back() != '\0'))
    throw corrupt(path, "wanted key, features, labels and ids, got a file without them");
  index.ids = unpack_ids(ids);
  try {
    index.validate();
  } catch (const Error& error) {
    throw corrupt(path, error.message());
  }
  const FeatureCacheShape& shape = index.shape;
  const auto bytes = static_cast<std::uint64_t>(shape.clips * shape.passes * shape.features) * sizeof(float);
  if (bytes != layout.data_bytes)
    throw corrupt(path, fmt::format("wanted {} bytes of features, got {}", bytes, layout.data_bytes));
  return index;
}

}  // namespace mote::data
