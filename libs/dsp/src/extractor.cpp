#include "mote/dsp/extractor.h"

#include "device_extractor.h"
#include "fast_extractor.h"
#include "fixed_extractor.h"

namespace mote::dsp {
namespace {

std::int64_t base_size(const Extractor& extractor, std::int64_t samples) {
  return base_shape(extractor.settings(), samples / extractor.settings().channels).size();
}

}  // namespace

void Extractor::extract(std::span<const float> samples, ExtractorScratch& scratch, std::span<float> features) const {
  const std::span<float> buffer = base_buffer(scratch, base_size(*this, std::ssize(samples)));
  base(samples, 0, scratch, buffer);
  finish(buffer, scratch, features);
}

void Extractor::extract(std::span<const std::int16_t> samples, ExtractorScratch& scratch,
                        std::span<float> features) const {
  const std::span<float> buffer = base_buffer(scratch, base_size(*this, std::ssize(samples)));
  base(samples, 0, scratch, buffer);
  finish(buffer, scratch, features);
}

std::unique_ptr<Extractor> make_extractor(ExtractPath path, const FeatureSettings& settings,
                                          std::span<const double> warps) {
  if (settings.arithmetic == Arithmetic::kFixed) return std::make_unique<FixedExtractor>(settings, warps);
  if (path == ExtractPath::kDevice) return std::make_unique<DeviceExtractor>(settings, warps);
  return std::make_unique<FastExtractor>(settings, warps);
}

std::vector<float> extract_features(ExtractPath path, const FeatureSettings& settings, std::span<const float> samples) {
  const std::unique_ptr<Extractor> extractor = make_extractor(path, settings);
  const std::unique_ptr<ExtractorScratch> scratch = extractor->make_scratch();
  const FeatureShape shape = feature_shape(settings, std::ssize(samples) / settings.channels);
  std::vector<float> features(static_cast<std::size_t>(shape.size()));
  extractor->extract(samples, *scratch, features);
  return features;
}

}  // namespace mote::dsp
