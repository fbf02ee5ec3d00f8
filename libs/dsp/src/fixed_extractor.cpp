#include "fixed_extractor.h"

#include <algorithm>
#include <cmath>

#include "device_extractor.h"

namespace mote::dsp {
namespace {

struct FixedScratch final : ExtractorScratch {
  std::vector<std::int16_t> samples;  // of a clip given in float
  std::vector<std::int16_t> window;   // fft_size
  std::vector<std::int32_t> frame;
  std::vector<std::int32_t> log_mels;
  std::vector<std::int16_t> features;
  std::vector<float> base;
};

FixedScratch& own(ExtractorScratch& scratch) {
  return static_cast<FixedScratch&>(scratch);
}

std::int16_t to_sample(float x) {
  return static_cast<std::int16_t>(std::lrint(std::clamp(x * 32768.0F, -32768.0F, 32767.0F)));
}

// The window that begins at `first`, which may lie before or beyond the clip.
void take_window(std::span<const std::int16_t> clip, std::int64_t first, const mote_fixed_frontend& frontend,
                 std::span<std::int16_t> window) {
  const std::int64_t count = std::ssize(clip);
  const bool reflects = frontend.padding == MOTE_PADDING_REFLECT;
  for (std::int64_t i = 0; i < frontend.window_samples; ++i) {
    std::int64_t at = first + i;
    if (reflects && at < 0) at = -at;
    if (reflects && at >= count) at = 2 * (count - 1) - at;
    window[static_cast<std::size_t>(i)] = at < 0 || at >= count ? std::int16_t{0} : clip[static_cast<std::size_t>(at)];
  }
}

}  // namespace

FixedExtractor::FixedExtractor(const FeatureSettings& settings, std::span<const double> warps)
    : settings_(settings), baked_(bake_warps<BakedFixedFrontend>(settings, warps)) {}

std::unique_ptr<ExtractorScratch> FixedExtractor::make_scratch() const {
  auto scratch = std::make_unique<FixedScratch>();
  std::int64_t bytes = 0;
  for (const BakedFixedFrontend& baked : baked_) bytes = std::max(bytes, baked.scratch_bytes());
  const mote_fixed_frontend& frontend = baked_.front().frontend();
  scratch->frame.resize(static_cast<std::size_t>(bytes) / sizeof(std::int32_t));
  scratch->window.resize(static_cast<std::size_t>(frontend.fft_size));
  scratch->log_mels.resize(static_cast<std::size_t>(frontend.mel_count));
  scratch->features.resize(static_cast<std::size_t>(frontend.feature_count));
  return scratch;
}

void FixedExtractor::base(std::span<const float> samples, int warp, ExtractorScratch& scratch,
                          std::span<float> base) const {
  std::vector<std::int16_t>& rounded = own(scratch).samples;
  rounded.resize(samples.size());
  std::transform(samples.begin(), samples.end(), rounded.begin(), to_sample);
  this->base(std::span<const std::int16_t>(rounded), warp, scratch, base);
}

void FixedExtractor::base(std::span<const std::int16_t> samples, int warp, ExtractorScratch& scratch,
                          std::span<float> base) const {
  const BakedFixedFrontend& baked = baked_.at(static_cast<std::size_t>(warp));
  const mote_fixed_frontend& frontend = baked.frontend();
  const auto unit = static_cast<float>(baked.log_mel_unit());
  FixedScratch& work = own(scratch);
  const std::int32_t frames = mote_fixed_frontend_frames(&frontend, static_cast<std::int32_t>(samples.size()));
  const std::int64_t lead = frontend.padding == MOTE_PADDING_NONE ? 0 : frontend.window_samples / 2;
  auto out = base.begin();
  for (std::int64_t t = 0; t < frames; ++t) {
    take_window(samples, t * frontend.hop_samples - lead, frontend, work.window);
    mote_fixed_frontend_base(&frontend, work.window.data(), work.frame.data(), work.log_mels.data());
    out = std::transform(work.log_mels.begin(), work.log_mels.end(), out,
                         [unit](std::int32_t log) { return unit * static_cast<float>(log); });
  }
}

void FixedExtractor::finish(std::span<const float> base, ExtractorScratch& scratch, std::span<float> features) const {
  const BakedFixedFrontend& baked = baked_.front();
  const mote_fixed_frontend& frontend = baked.frontend();
  const auto unit = static_cast<float>(baked.log_mel_unit());
  const auto greatest = static_cast<float>(baked.greatest_log_mel());
  FixedScratch& work = own(scratch);
  auto out = features.begin();
  for (auto row = base.begin(); row != base.end(); row += frontend.mel_count) {
    // What SpecAugment left alone comes back exactly.
    std::transform(row, row + frontend.mel_count, work.log_mels.begin(), [unit, greatest](float log) {
      return static_cast<std::int32_t>(std::lrint(std::clamp(log / unit, -greatest, greatest)));
    });
    mote_fixed_frontend_finish(&frontend, work.log_mels.data(), work.features.data());
    out = std::transform(work.features.begin(), work.features.end(), out,
                         [&baked](std::int16_t feature) { return baked.feature_unit() * static_cast<float>(feature); });
  }
}

std::span<float> FixedExtractor::base_buffer(ExtractorScratch& scratch, std::int64_t size) const {
  own(scratch).base.resize(static_cast<std::size_t>(size));
  return own(scratch).base;
}

}  // namespace mote::dsp
