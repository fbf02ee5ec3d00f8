// The fast path: FFTW, then sixteen frames side by side. For kinds with a spectrum; the others are as fast on the
// device path.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "fast/lane_kernels.h"
#include "fast/real_fft.h"
#include "mote/dsp/bake.h"
#include "mote/dsp/extractor.h"

namespace mote::dsp {

struct FastScratch;

class FastExtractor final : public Extractor {
 public:
  FastExtractor(const FeatureSettings& settings, std::span<const double> warps);

  const FeatureSettings& settings() const override { return settings_; }
  std::unique_ptr<ExtractorScratch> make_scratch() const override;
  void base(std::span<const float> samples, int warp, ExtractorScratch& scratch, std::span<float> base) const override;
  void base(std::span<const std::int16_t> samples, int warp, ExtractorScratch& scratch,
            std::span<float> base) const override;
  void finish(std::span<const float> base, ExtractorScratch& scratch, std::span<float> features) const override;

 protected:
  std::span<float> base_buffer(ExtractorScratch& scratch, std::int64_t size) const override;

 private:
  template <class Sample>
  void base_of(std::span<const Sample> samples, int warp, FastScratch& scratch, std::span<float> base) const;
  void block(const mote_frontend& frontend, const float* signal, std::int64_t frames, FastScratch& scratch,
             float* rows) const;
  void frame(const mote_frontend& frontend, const float* signal, FastScratch& scratch, float* row, float* power) const;

  FeatureSettings settings_;
  std::vector<BakedFrontend> baked_;  // by warp
  const fast::LaneKernels& kernels_;
  fast::RealFft fft_;
  fast::AlignedFloats half_window_;    // the window, halved for LaneKernels::power
  fast::AlignedFloats cosine_, sine_;  // of 2 pi k / fft_size
  fast::AlignedFloats dct_;            // mel_count rows, padded to whole vectors
  std::int64_t stride_;                // of base features
  std::int64_t power_stride_ = 0;      // of power rows
};

}  // namespace mote::dsp
