// Both paths of arithmetic = "fixed": the runtime's integer C on baked tables. Training sees what a device computes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mote/dsp/bake_fixed.h"
#include "mote/dsp/extractor.h"

namespace mote::dsp {

class FixedExtractor final : public Extractor {
 public:
  FixedExtractor(const FeatureSettings& settings, std::span<const double> warps);

  const FeatureSettings& settings() const override { return settings_; }
  std::unique_ptr<ExtractorScratch> make_scratch() const override;
  void base(std::span<const float> samples, int warp, ExtractorScratch& scratch, std::span<float> base) const override;
  void base(std::span<const std::int16_t> samples, int warp, ExtractorScratch& scratch,
            std::span<float> base) const override;
  void finish(std::span<const float> base, ExtractorScratch& scratch, std::span<float> features) const override;

 protected:
  std::span<float> base_buffer(ExtractorScratch& scratch, std::int64_t size) const override;

 private:
  FeatureSettings settings_;
  std::vector<BakedFixedFrontend> baked_;  // by warp
};

}  // namespace mote::dsp
