#include "reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "mote/base/error.h"

namespace mote::device {
namespace {

template <class Value>
Bytes bytes_of(std::span<const Value> values) {
  Bytes bytes(values.size_bytes());
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::int64_t samples_of_record(const exporter::BundleFrontend& frontend) {
  return std::int64_t{frontend.channels()} * frontend.clip_samples;
}

Bytes detect(exporter::Detector& detector, std::span<const std::int8_t> output) {
  std::vector<std::int32_t> words{detector.push(output), detector.held()};
  const std::vector<std::int32_t> sums = detector.sums();
  words.insert(words.end(), sums.begin(), sums.end());
  return bytes_of(std::span<const std::int32_t>(words));
}

// The channels that are left of a layer. What was removed must be what the record says of it.
std::vector<std::int8_t> kept_of(const quant::ChannelRecord& record, std::span<const std::int8_t> original,
                                 const std::string& layer) {
  const std::size_t channels = record.constant.size();
  std::vector<std::int8_t> kept;
  for (std::size_t cell = 0; cell < original.size(); cell += channels) {
    for (const std::int32_t channel : record.kept) kept.push_back(original[cell + static_cast<std::size_t>(channel)]);
  }
  std::vector<std::int8_t> restored(original.begin(), original.end());
  quant::restore(record, kept, restored);
  const auto [wrong, found] = std::ranges::mismatch(restored, original);
  if (wrong == restored.end()) return kept;
  throw Error(ErrorCode::kInvalid,
              fmt::format("[verify] layer '{}', element {}: wanted the constant {} that its channel was removed for, "
                          "got {}",
                          layer, wrong - restored.begin(), *wrong, *found));
}

}  // namespace

std::uint64_t fnv1a(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3U;
  return hash;
}

Reference::Reference(const Subject& subject, const Records& records)
    : subject_(subject), records_(records), model_(subject.model) {
  const bool frontend = subject.options.frontend.exists();
  if (subject.streaming() != nullptr) stream_.emplace(*subject.streaming());
  record_values_ = frontend  ? samples_of_record(subject.options.frontend)
                   : stream_ ? stream_->hop_bytes()
                             : model_.model().input_bytes();
  record_count_ = static_cast<std::int64_t>(records.names.size());
  const auto values = static_cast<std::int64_t>(frontend ? records.samples.size() : records.inputs.size());
  if (record_count_ == 0 || values != record_count_ * record_values_)
    throw Error(ErrorCode::kInvalid,
                fmt::format("[verify] wanted {} values for each record and at least one record, got {} records and {} "
                            "values",
                            record_values_, record_count_, values));
  if (subject.options.postprocess.settings != nullptr) detector_.emplace(*subject.options.postprocess.settings);
}

std::vector<std::int8_t> Reference::input_of(std::int64_t record, ReferenceRun& run) const {
  const auto at = static_cast<std::size_t>(record * record_values_);
  const auto count = static_cast<std::size_t>(record_values_);
  if (!subject_.options.frontend.exists()) {
    const auto input = std::span(records_.inputs).subspan(at, count);
    return {input.begin(), input.end()};
  }
  exporter::BundleFeatures made = exporter::features_of(
      subject_.options.frontend, std::span(records_.samples).subspan(at, count), model_.model().input_tensor());
  const bool fixed = subject_.options.frontend.is_fixed();
  run.features = fixed ? bytes_of(std::span<const std::int16_t>(made.s16)) : bytes_of(std::span<const float>(made.f32));
  return std::move(made.input);
}

ReferenceRun Reference::run_hop(std::int64_t record) {
  ReferenceRun result;
  const std::vector<std::int8_t> frames = input_of(record, result);
  result.input = bytes_of(std::span<const std::int8_t>(frames));
  std::vector<std::int8_t> output(static_cast<std::size_t>(stream_->output_bytes()));
  stream_->run(frames, output, [&](graph::TensorId tensor, std::span<const std::int8_t> values) {
    result.layers[tensor] = bytes_of(values);
  });
  heard_.insert(heard_.end(), frames.begin(), frames.end());
  const auto window = static_cast<std::size_t>(model_.model().input_bytes());
  if (heard_.size() >= window) {
    heard_.erase(heard_.begin(), heard_.end() - static_cast<std::ptrdiff_t>(window));
    model_.run(heard_, output);
  }
  result.output = bytes_of(std::span<const std::int8_t>(output));
  if (detector_) result.detection = detect(*detector_, output);
  return result;
}

ReferenceRun Reference::run(std::int64_t record) {
  if (stream_) return run_hop(record);
  ReferenceRun result;
  const std::vector<std::int8_t> input = input_of(record, result);
  result.input = bytes_of(std::span<const std::int8_t>(input));
  model_.run(input, [&](graph::TensorId tensor, std::span<const std::int8_t> values) {
    const quant::ChannelRecord& record_of = subject_.records[static_cast<std::size_t>(tensor)];
    const std::vector<std::int8_t> kept = kept_of(record_of, values, subject_.model.tensor(tensor).name);
    if (record_of.tensor >= 0) result.layers[record_of.tensor] = bytes_of(std::span<const std::int8_t>(kept));
  });
  std::vector<std::int8_t> output(static_cast<std::size_t>(model_.model().output_bytes()));
  model_.run(input, output);
  result.output = bytes_of(std::span<const std::int8_t>(output));
  if (detector_) result.detection = detect(*detector_, output);
  return result;
}

Bytes Reference::record_bytes() const {
  if (subject_.options.frontend.is_fixed())
    return bytes_of(std::span<const std::int16_t>(exporter::to_int16(records_.samples)));
  if (subject_.options.frontend.exists()) return bytes_of(std::span<const float>(records_.samples));
  return bytes_of(std::span<const std::int8_t>(records_.inputs));
}

}  // namespace mote::device
