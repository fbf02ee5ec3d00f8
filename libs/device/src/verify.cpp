#include "mote/device/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "operands.h"
#include "reference.h"

namespace mote::device {
namespace {

constexpr std::uint32_t kNoDump = 0xFFFFFFFF;
constexpr std::size_t kStageFeatures = 0;
constexpr std::size_t kStageInput = 1;
constexpr std::size_t kFirstLayer = 2;

void append_word(Bytes& bytes, std::uint32_t word) {
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
}

// How the values of a stage are stored.
struct StageType {
  std::size_t bytes;
  double (*value_at)(const Bytes& bytes, std::size_t at);
};

template <class Value>
double value_at(const Bytes& bytes, std::size_t at) {
  Value value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return static_cast<double>(value);
}

// Takes numbers off the output, lowest byte first.
class Cursor {
 public:
  explicit Cursor(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint64_t take(std::size_t count) {
    if (bytes_.size() < count)
      throw Error(ErrorCode::kInvalid,
                  "[verify] wanted hashes of every stage, got a shorter output: the program failed");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{bytes_[i]} << (8 * i);
    bytes_ = bytes_.subspan(count);
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

class Verifier {
 public:
  Verifier(const Subject& subject, const Records& records, Core core, const VerifyOptions& options)
      : subject_(subject),
        records_(records),
        reference_(subject, records),
        options_(options),
        image_(build_image(firmware_of(subject, "verify_main.c", Observe::kLayers), core)) {}

  Verification run() {
    Verification result;
    result.core = image_.core;
    result.machine = image_.machine;
    result.note = image_.note;
    result.records = reference_.record_count();
    const Bytes output = answer(kNoDump, 0);
    Cursor cursor(output);
    read_layer_table(cursor, result);
    for (std::int64_t record = 0; record < result.records && !result.difference; ++record)
      result.difference = compare(record, cursor);
    return result;
  }

 private:
  Bytes answer(std::uint32_t record, std::uint32_t stage) const {
    RunOptions run;
    append_word(run.input, static_cast<std::uint32_t>(reference_.record_count()));
    append_word(run.input, record);
    append_word(run.input, stage);
    const Bytes bytes = reference_.record_bytes();
    run.input.insert(run.input.end(), bytes.begin(), bytes.end());
    run.counting = Counting::kNone;
    run.time_limit_seconds = options_.time_limit_seconds;
    FirmwareResult result = run_image(image_, run);
    if (result.exit_status != 0)
      throw Error(ErrorCode::kInvalid, fmt::format("[verify] wanted the model to run on {}, got exit status {}: {}",
                                                   image_.machine, result.exit_status, trim(result.messages)));
    return std::move(result.output);
  }

  void read_layer_table(Cursor& cursor, Verification& result) {
    layers_.resize(static_cast<std::size_t>(cursor.take(4)));
    for (graph::TensorId& tensor : layers_) tensor = static_cast<std::int32_t>(cursor.take(4));
    for (const graph::TensorId tensor : layers_) result.layers += tensor >= 0 ? 1 : 0;
    for (const graph::Node& node : subject_.plan.graph.nodes) {
      for (const graph::TensorId tensor : node.outputs) {
        if (std::ranges::find(layers_, tensor) == layers_.end())
          result.skipped.push_back(subject_.plan.graph.tensor(tensor).name);
      }
    }
  }

  bool detects() const { return subject_.options.postprocess.settings != nullptr; }
  std::size_t detection_stage() const { return kFirstLayer + layers_.size() + 1; }
  std::size_t stage_count() const { return detection_stage() + (detects() ? 1 : 0); }

  const Bytes& expected(const ReferenceRun& run, std::size_t stage) const {
    if (stage == kStageFeatures) return run.features;
    if (stage == kStageInput) return run.input;
    if (stage == detection_stage()) return run.detection;
    const std::size_t layer = stage - kFirstLayer;
    return layer < layers_.size() ? run.layers.at(layers_[layer]) : run.output;
  }

  bool is_skipped(std::size_t stage) const {
    const std::size_t layer = stage - kFirstLayer;
    return stage >= kFirstLayer && layer < layers_.size() && layers_[layer] < 0;
  }

  std::optional<Difference> compare(std::int64_t record, Cursor& cursor) {
    const ReferenceRun run = reference_.run(record);
    std::optional<std::size_t> first;
    for (std::size_t stage = 0; stage < stage_count(); ++stage) {
      const std::uint64_t got = cursor.take(8);
      if (!first && !is_skipped(stage) && got != fnv1a(expected(run, stage))) first = stage;
    }
    if (!first) return std::nullopt;
    const Bytes dump = answer(static_cast<std::uint32_t>(record), static_cast<std::uint32_t>(*first));
    return describe_stage(record, *first, expected(run, *first), dump);
  }

  Difference describe_stage(std::int64_t record, std::size_t stage, const Bytes& wanted, const Bytes& got) const {
    Difference difference;
    difference.record = records_.names[static_cast<std::size_t>(record)];
    find_values(wanted, got, type_of(stage), difference);
    if (stage == kStageFeatures || stage == kStageInput) {
      difference.stage = stage == kStageFeatures ? "features" : "input";
      difference.file = subject_.options.frontend.exists() ? "frontend.c" : subject_.options.name + ".h";
      return difference;
    }
    if (stage == detection_stage()) {
      difference.stage = "post-processing";
      difference.file = "postprocess.c";
      difference.operands = detection_word(difference.index);
      return difference;
    }
    const std::size_t layer = stage - kFirstLayer;
    difference.stage = layer < layers_.size() ? "layer" : "output";
    const graph::TensorId tensor = layer < layers_.size() ? layers_[layer] : subject_.plan.graph.outputs.front();
    difference.layer = subject_.plan.graph.tensor(tensor).name;
    difference.file = layer_file(subject_, tensor);
    difference.operands = operands_of(subject_.plan, tensor, difference.index);
    return difference;
  }

  StageType type_of(std::size_t stage) const {
    if (stage == detection_stage()) return {sizeof(std::int32_t), value_at<std::int32_t>};
    if (stage != kStageFeatures) return {sizeof(std::int8_t), value_at<std::int8_t>};
    if (subject_.options.frontend.is_fixed()) return {sizeof(std::int16_t), value_at<std::int16_t>};
    return {sizeof(float), value_at<float>};
  }

  std::string detection_word(std::int64_t index) const {
    if (index == 0) return "the class that fires";
    if (index == 1) return "inferences in the average";
    const mote_postprocess_settings& settings = *subject_.options.postprocess.settings;
    return fmt::format("class {}: sum of its outputs over {} inferences", index - 2, settings.smoothing);
  }

  static void find_values(const Bytes& wanted, const Bytes& got, StageType type, Difference& difference) {
    if (got.size() != wanted.size())
      throw Error(ErrorCode::kInvalid, fmt::format("[verify] wanted {} bytes of the stage, got {}: the program failed",
                                                   wanted.size(), got.size()));
    for (std::size_t at = 0; at < wanted.size(); at += type.bytes) {
      if (std::memcmp(wanted.data() + at, got.data() + at, type.bytes) == 0) continue;
      if (difference.differing++ > 0) continue;
      difference.index = static_cast<std::int64_t>(at / type.bytes);
      difference.wanted = type.value_at(wanted, at);
      difference.got = type.value_at(got, at);
    }
  }

  const Subject& subject_;
  const Records& records_;
  Reference reference_;
  VerifyOptions options_;
  Image image_;
  std::vector<graph::TensorId> layers_;  // of the bundle's table; -1: not stored as a whole
};

}  // namespace

Verification verify(const Subject& subject, const Records& records, Core core, const VerifyOptions& options) {
  return Verifier(subject, records, core, options).run();
}

std::string describe(const Verification& verification) {
  if (verification.equal()) return "equal";
  const Difference& d = *verification.difference;
  std::string text = fmt::format("{} of {}: {}", d.stage, d.record, d.file);
  if (!d.layer.empty()) text += fmt::format(", layer '{}'", d.layer);
  if (d.index < 0) return text + ", " + d.operands;
  text += fmt::format(", element {}: wanted {:.9g}, got {:.9g} ({} differ)", d.index, d.wanted, d.got, d.differing);
  return d.operands.empty() ? text : text + "; " + d.operands;
}

}  // namespace mote::device
