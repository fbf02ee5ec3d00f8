#include "mote/exporter/bundle_frontend.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "mote/plan/border.h"

namespace mote::exporter {
namespace {

BundleFeatures float_features(const BundleFrontend& frontend, std::span<const float> samples,
                              const graph::Tensor& input) {
  const mote_frontend& f = *frontend.tables;
  const auto frames = static_cast<std::size_t>(frontend.frames());
  std::vector<float> scratch(mote_frontend_scratch_bytes(&f) / sizeof(float) + 1);
  std::vector<float> base(frames * static_cast<std::size_t>(mote_frontend_base_count(&f)));
  BundleFeatures result;
  result.f32.resize(frames * static_cast<std::size_t>(frontend.coefficients()));
  mote_frontend_base_clip_f32(&f, samples.data(), frontend.clip_samples, scratch.data(), base.data());
  mote_frontend_finish_clip(&f, base.data(), frontend.frames(), result.f32.data());
  result.input.resize(result.f32.size() * static_cast<std::size_t>(graph::size_bytes(input.type)));
  plan::quantize(result.f32, input, result.input);
  return result;
}

BundleFeatures fixed_features(const BundleFrontend& frontend, std::span<const float> samples) {
  const mote_fixed_frontend& f = *frontend.fixed;
  const std::int32_t count = frontend.frames() * frontend.coefficients();
  const std::vector<std::int16_t> rounded = to_int16(samples);
  std::vector<std::int32_t> scratch(mote_fixed_frontend_clip_bytes(&f) / sizeof(std::int32_t));
  BundleFeatures result;
  result.s16.resize(static_cast<std::size_t>(count));
  result.input.resize(static_cast<std::size_t>(count));
  mote_fixed_frontend_clip(&f, rounded.data(), frontend.clip_samples, scratch.data(), result.s16.data());
  mote_fixed_quantize_s8(frontend.thresholds.data(), result.s16.data(), count, result.input.data());
  return result;
}

}  // namespace

std::int32_t BundleFrontend::channels() const {
  return is_fixed() ? 1 : tables->channels;
}

std::int32_t BundleFrontend::frames() const {
  return is_fixed() ? mote_fixed_frontend_frames(fixed, clip_samples) : mote_frontend_frames(tables, clip_samples);
}

std::int32_t BundleFrontend::coefficients() const {
  return is_fixed() ? fixed->feature_count : mote_frontend_feature_count(tables);
}

std::int32_t BundleFrontend::window_samples() const {
  return is_fixed() ? fixed->window_samples : tables->window_samples;
}

std::int32_t BundleFrontend::hop_samples() const {
  return is_fixed() ? fixed->hop_samples : tables->hop_samples;
}

bool BundleFrontend::is_padded() const {
  return (is_fixed() ? fixed->padding : tables->padding) != MOTE_PADDING_NONE;
}

BundleFrontend BundleFrontend::of_frames(std::int32_t count) const {
  assert(!is_padded() && count > 0);
  BundleFrontend result = *this;
  result.clip_samples = window_samples() + (count - 1) * hop_samples();
  return result;
}

BundleFrontend hop_frontend(const BundleFrontend& frontend, std::int32_t hop_frames) {
  return frontend.exists() && !frontend.is_padded() ? frontend.of_frames(hop_frames) : BundleFrontend{};
}

std::vector<std::vector<float>> hop_clips(const BundleFrontend& frontend, std::int32_t hop_frames,
                                          std::span<const float> samples) {
  const auto channels = static_cast<std::size_t>(frontend.channels());
  const auto clip = static_cast<std::size_t>(frontend.clip_samples);
  const auto step = static_cast<std::size_t>(hop_frames) * static_cast<std::size_t>(frontend.hop_samples());
  const std::size_t length = samples.size() / channels;
  std::vector<std::vector<float>> clips;
  for (std::size_t at = 0; at + clip <= length; at += step) {
    std::vector<float>& one = clips.emplace_back();
    for (std::size_t c = 0; c < channels; ++c) {
      const auto part = samples.subspan(c * length + at, clip);
      one.insert(one.end(), part.begin(), part.end());
    }
  }
  return clips;
}

BundleFeatures features_of(const BundleFrontend& frontend, std::span<const float> samples, const graph::Tensor& input) {
  assert(frontend.exists() && frontend.frames() > 0);
  return frontend.is_fixed() ? fixed_features(frontend, samples) : float_features(frontend, samples, input);
}

std::vector<std::int16_t> to_int16(std::span<const float> samples) {
  std::vector<std::int16_t> rounded(samples.size());
  std::transform(samples.begin(), samples.end(), rounded.begin(), [](float x) {
    return static_cast<std::int16_t>(std::lrint(std::clamp(x * 32768.0F, -32768.0F, 32767.0F)));
  });
  return rounded;
}

}  // namespace mote::exporter
