#include "reference.h"

#include <fmt/format.h>

#include <cstring>

#include "mote/base/error.h"
#include "mote/plan/border.h"

namespace mote::device {
namespace {

template <class Value>
Bytes bytes_of(std::span<const Value> values) {
  Bytes bytes(values.size_bytes());
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::int64_t samples_of_record(const exporter::BundleFrontend& frontend) {
  return std::int64_t{frontend.tables->channels} * frontend.clip_samples;
}

std::vector<float> features_of(const exporter::BundleFrontend& frontend, std::span<const float> samples) {
  const mote_frontend& tables = *frontend.tables;
  const auto frames = static_cast<std::size_t>(mote_frontend_frames(&tables, frontend.clip_samples));
  std::vector<float> scratch(mote_frontend_scratch_bytes(&tables) / sizeof(float) + 1);
  std::vector<float> base(frames * static_cast<std::size_t>(mote_frontend_base_count(&tables)));
  std::vector<float> features(frames * static_cast<std::size_t>(mote_frontend_feature_count(&tables)));
  mote_frontend_base_clip_f32(&tables, samples.data(), frontend.clip_samples, scratch.data(), base.data());
  mote_frontend_finish_clip(&tables, base.data(), static_cast<std::int32_t>(frames), features.data());
  return features;
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
  const bool frontend = subject.options.frontend.tables != nullptr;
  record_values_ = frontend ? samples_of_record(subject.options.frontend) : model_.model().input_bytes();
  record_count_ = static_cast<std::int64_t>(records.names.size());
  const auto values = static_cast<std::int64_t>(frontend ? records.samples.size() : records.inputs.size());
  if (record_count_ == 0 || values != record_count_ * record_values_)
    throw Error(ErrorCode::kInvalid,
                fmt::format("[verify] wanted {} values for each record and at least one record, got {} records and {} "
                            "values",
                            record_values_, record_count_, values));
}

std::vector<std::int8_t> Reference::input_of(std::int64_t record, ReferenceRun& run) const {
  const auto at = static_cast<std::size_t>(record * record_values_);
  const auto count = static_cast<std::size_t>(record_values_);
  if (subject_.options.frontend.tables == nullptr) {
    const auto input = std::span(records_.inputs).subspan(at, count);
    return {input.begin(), input.end()};
  }
  const std::vector<float> features =
      features_of(subject_.options.frontend, std::span(records_.samples).subspan(at, count));
  run.features = bytes_of(std::span<const float>(features));
  return plan::quantize(features, model_.model().input_quant());
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
  return result;
}

Bytes Reference::record_bytes() const {
  if (subject_.options.frontend.tables != nullptr) return bytes_of(std::span<const float>(records_.samples));
  return bytes_of(std::span<const std::int8_t>(records_.inputs));
}

}  // namespace mote::device
