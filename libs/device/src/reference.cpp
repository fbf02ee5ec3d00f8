#include "reference.h"

#include <fmt/format.h>

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

}  // namespace

std::uint64_t fnv1a(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3U;
  return hash;
}

// The plan of the subject may be of kernels made for a core; the reference always runs the runtime's.
Reference::Reference(const Subject& subject, const Records& records)
    : subject_(subject), records_(records), layers_(subject.plan.graph), model_(subject.model) {
  const bool frontend = subject.options.frontend.exists();
  record_values_ = frontend ? samples_of_record(subject.options.frontend) : model_.model().input_bytes();
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
      subject_.options.frontend, std::span(records_.samples).subspan(at, count), model_.model().input_quant());
  const bool fixed = subject_.options.frontend.is_fixed();
  run.features = fixed ? bytes_of(std::span<const std::int16_t>(made.s16)) : bytes_of(std::span<const float>(made.f32));
  return std::move(made.input);
}

ReferenceRun Reference::run(std::int64_t record) {
  ReferenceRun result;
  const std::vector<std::int8_t> input = input_of(record, result);
  result.input = bytes_of(std::span<const std::int8_t>(input));
  layers_.run(input, [&](graph::TensorId tensor, std::span<const std::int8_t> values) {
    result.layers[tensor] = bytes_of(values);
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
