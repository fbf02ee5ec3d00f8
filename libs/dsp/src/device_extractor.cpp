#include "device_extractor.h"

#include <fmt/format.h>

#include "feature_kinds.h"
#include "mote/base/error.h"

namespace mote::dsp {
namespace {

struct DeviceScratch final : ExtractorScratch {
  std::vector<float> frame;
  std::vector<float> base;
};

DeviceScratch& own(ExtractorScratch& scratch) {
  return static_cast<DeviceScratch&>(scratch);
}

}  // namespace

void check_warps(const FeatureSettings& settings, std::span<const double> warps) {
  settings.validate();
  if (!warps.empty() && !has_mel(settings)) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[features] a warp wants mfcc or log_mel, got kind {}: switch the vocal-tract warp off",
                            enum_name(settings.kind)));
  }
  for (const double warp : warps) {
    if (warp >= 0.5 && warp <= 2.0) continue;
    throw Error(ErrorCode::kInvalid, fmt::format("[features] a warp must be in [0.5, 2], got {}", warp));
  }
}

DeviceExtractor::DeviceExtractor(const FeatureSettings& settings, std::span<const double> warps)
    : settings_(settings), baked_(bake_warps<BakedFrontend>(settings, warps)) {}

std::unique_ptr<ExtractorScratch> DeviceExtractor::make_scratch() const {
  auto scratch = std::make_unique<DeviceScratch>();
  scratch->frame.resize(static_cast<std::size_t>(baked_.front().scratch_bytes()) / sizeof(float));
  return scratch;
}

void DeviceExtractor::base(std::span<const float> samples, int warp, ExtractorScratch& scratch,
                           std::span<float> base) const {
  const mote_frontend& frontend = baked_.at(static_cast<std::size_t>(warp)).frontend();
  const auto count = static_cast<std::int32_t>(std::ssize(samples) / frontend.channels);
  mote_frontend_base_clip_f32(&frontend, samples.data(), count, own(scratch).frame.data(), base.data());
}

void DeviceExtractor::base(std::span<const std::int16_t> samples, int warp, ExtractorScratch& scratch,
                           std::span<float> base) const {
  const mote_frontend& frontend = baked_.at(static_cast<std::size_t>(warp)).frontend();
  const auto count = static_cast<std::int32_t>(std::ssize(samples) / frontend.channels);
  mote_frontend_base_clip_s16(&frontend, samples.data(), count, own(scratch).frame.data(), base.data());
}

void DeviceExtractor::finish(std::span<const float> base, ExtractorScratch& /*scratch*/,
                             std::span<float> features) const {
  const mote_frontend& frontend = baked_.front().frontend();
  const std::int64_t frames = std::ssize(base) / mote_frontend_base_count(&frontend);
  mote_frontend_finish_clip(&frontend, base.data(), static_cast<std::int32_t>(frames), features.data());
}

std::span<float> DeviceExtractor::base_buffer(ExtractorScratch& scratch, std::int64_t size) const {
  own(scratch).base.resize(static_cast<std::size_t>(size));
  return own(scratch).base;
}

}  // namespace mote::dsp
