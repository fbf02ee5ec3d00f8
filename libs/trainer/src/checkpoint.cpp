#include "checkpoint.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/hash.h"

namespace mote::trainer {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

constexpr std::string_view kMagic = "mote-ckp";
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHashBytes = 64;

using Bytes = std::vector<std::uint8_t>;

class Writer {
 public:
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void put(Number value) { put_bytes(&value, sizeof value); }
  template <class Item>
  requires std::is_trivially_copyable_v<Item>
  void put(std::span<const Item> items) {
    put(std::uint64_t{items.size()});
    put_bytes(items.data(), items.size_bytes());
  }
  void put_bytes(const void* from, std::size_t count) {
    const auto* first = static_cast<const std::uint8_t*>(from);
    bytes_.insert(bytes_.end(), first, first + count);
  }
  Bytes& bytes() { return bytes_; }

 private:
  Bytes bytes_;
};

// Throws kCorrupt, without the path, where the content ends too early.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  template <class Number>
  Number get() {
    Number value{};
    std::memcpy(&value, next(sizeof value), sizeof value);
    return value;
  }
  template <class Item>
  std::vector<Item> get_items() {
    const auto count = get<std::uint64_t>();
    if (count > bytes_.size() / sizeof(Item)) too_short();
    std::vector<Item> items(count);
    const std::uint8_t* from = next(count * sizeof(Item));
    if (count > 0) std::memcpy(items.data(), from, count * sizeof(Item));
    return items;
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  [[noreturn]] static void too_short() { throw Error(ErrorCode::kCorrupt, "a list that is longer than the file"); }
  const std::uint8_t* next(std::size_t count) {
    if (count > bytes_.size()) too_short();
    const std::uint8_t* here = bytes_.data();
    bytes_ = bytes_.subspan(count);
    return here;
  }

  std::span<const std::uint8_t> bytes_;
};

void put_record(Writer& out, const EpochRecord& record) {
  out.put(record.epoch);
  for (double value : {record.learning_rate, record.train_loss, record.train_accuracy, record.validation_loss,
                       record.validation_accuracy}) {
    out.put(value);
  }
}

EpochRecord get_record(Reader& in) {
  EpochRecord record;
  record.epoch = in.get<std::int32_t>();
  for (double* value : {&record.learning_rate, &record.train_loss, &record.train_accuracy, &record.validation_loss,
                        &record.validation_accuracy}) {
    *value = in.get<double>();
  }
  return record;
}

// The arrays of a state, in the order of the file.
template <class State>
auto arrays_of(State& s) {
  return std::array{&s.parameters,         &s.statistics,         &s.optimizer,       &s.hooks,
                    &s.average_parameters, &s.average_statistics, &s.best_parameters, &s.best_statistics};
}

Bytes encode(const std::string& key, const TrainState& state) {
  Writer out;
  out.put_bytes(kMagic.data(), kMagic.size());
  out.put(kVersion);
  out.put(std::span<const char>(key));
  out.put(state.epoch);
  out.put(state.batch);
  out.put(state.updates);
  out.put(state.sums.loss);
  out.put(state.sums.correct);
  out.put(state.sums.samples);
  out.put(std::uint64_t{state.history.size()});
  for (const EpochRecord& record : state.history) put_record(out, record);
  for (const std::vector<float>* array : arrays_of(state)) out.put(std::span<const float>(*array));
  const std::string hash = sha256(out.bytes());
  out.put_bytes(hash.data(), hash.size());
  return std::move(out.bytes());
}

TrainState decode_state(Reader& in) {
  TrainState state;
  state.epoch = in.get<std::int32_t>();
  state.batch = in.get<std::int64_t>();
  state.updates = in.get<std::uint64_t>();
  state.sums.loss = in.get<double>();
  state.sums.correct = in.get<std::int64_t>();
  state.sums.samples = in.get<std::int64_t>();
  const auto records = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < records; ++i) state.history.push_back(get_record(in));
  for (std::vector<float>* array : arrays_of(state)) *array = in.get_items<float>();
  if (!in.at_end()) throw Error(ErrorCode::kCorrupt, "more bytes than a checkpoint has");
  return state;
}

// The content without its hash. Errors: kCorrupt, without the path.
std::span<const std::uint8_t> checked_content(std::span<const std::uint8_t> file) {
  const bool is_ours = file.size() >= kMagic.size() && std::memcmp(file.data(), kMagic.data(), kMagic.size()) == 0;
  if (!is_ours) throw Error(ErrorCode::kCorrupt, "something that is no checkpoint");
  if (file.size() < kMagic.size() + sizeof kVersion + kHashBytes) throw Error(ErrorCode::kCorrupt, "a cut file");
  const auto content = file.first(file.size() - kHashBytes);
  const std::string hash = sha256(content);
  if (std::memcmp(hash.data(), file.data() + content.size(), kHashBytes) != 0) {
    throw Error(ErrorCode::kCorrupt, "a file that is cut or damaged (its checksum does not match)");
  }
  return content.subspan(kMagic.size());
}

std::optional<TrainState> decode(std::span<const std::uint8_t> file, const std::string& key, LogSink& log) {
  Reader in(checked_content(file));
  if (in.get<std::uint32_t>() != kVersion) {
    log.info("the checkpoint is of another version of mote: training starts over");
    return std::nullopt;
  }
  const std::vector<char> found = in.get_items<char>();
  if (std::string_view(found.data(), found.size()) != key) {
    log.info("the checkpoint is of other settings or data: training starts over");
    return std::nullopt;
  }
  return decode_state(in);
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const std::string& key, const TrainState& state) {
  write_file_atomic(path, encode(key, state));
}

std::optional<TrainState> load_checkpoint(const std::filesystem::path& path, const std::string& key, LogSink& log) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  const auto file = read_binary_file(path);
  try {
    return decode(file, key, log);
  } catch (const Error& error) {
    throw Error(ErrorCode::kCorrupt,
                fmt::format("[checkpoint] wanted a whole checkpoint in '{}', got {}: delete it and "
                            "run again to train from the start",
                            path.string(), error.message()));
  }
}

}  // namespace mote::trainer
