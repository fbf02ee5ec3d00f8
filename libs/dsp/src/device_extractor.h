// The device path: the runtime's own C on baked tables.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mote/dsp/bake.h"
#include "mote/dsp/extractor.h"

namespace mote::dsp {

class DeviceExtractor final : public Extractor {
 public:
  DeviceExtractor(const FeatureSettings& settings, std::span<const double> warps);

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
  std::vector<BakedFrontend> baked_;  // by warp
};

// Error(kInvalid) as make_extractor().
void check_warps(const FeatureSettings& settings, std::span<const double> warps);

// One front end without a warp, then one for each. Error(kInvalid) as make_extractor().
template <class Baked>
std::vector<Baked> bake_warps(const FeatureSettings& settings, std::span<const double> warps) {
  check_warps(settings, warps);
  std::vector<Baked> baked;
  baked.emplace_back(settings);
  for (const double warp : warps) baked.emplace_back(settings, warp);
  return baked;
}

}  // namespace mote::dsp
