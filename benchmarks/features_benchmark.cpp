// Clips a second of the feature extractors, one thread, 1 s of 16 kHz audio as int16 (float for the torch side). One
// line a case: "name microseconds". Run it in turn with torch by benchmarks/features_torch.py.
//
//   features_benchmark [seconds a case]
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "mote/base/rng.h"
#include "mote/dsp/extractor.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kSamples = 16000;
constexpr std::size_t kClips = 64;

std::vector<std::vector<std::int16_t>> make_clips() {
  mote::Rng rng(1);
  std::vector<std::vector<std::int16_t>> clips(kClips, std::vector<std::int16_t>(kSamples));
  for (auto& clip : clips) {
    for (std::int16_t& sample : clip) sample = static_cast<std::int16_t>(static_cast<int>(rng.below(8000)) - 4000);
  }
  return clips;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The best of many rounds over all clips: the machine may be busy.
double microseconds_a_clip(mote::dsp::ExtractPath path, const mote::dsp::FeatureSettings& settings, double seconds) {
  const auto clips = make_clips();
  const auto extractor = mote::dsp::make_extractor(path, settings);
  const auto scratch = extractor->make_scratch();
  std::vector<float> features(static_cast<std::size_t>(mote::dsp::feature_shape(settings, kSamples).size()));
  double best = 1e9;
  for (const auto start = Clock::now(); seconds_since(start) < seconds;) {
    const auto round = Clock::now();
    for (const auto& clip : clips) extractor->extract(std::span<const std::int16_t>(clip), *scratch, features);
    best = std::min(best, seconds_since(round) / kClips);
  }
  return best * 1e6;
}

mote::dsp::FeatureSettings mfcc(double window_ms, mote::dsp::Spectrum spectrum) {
  mote::dsp::FeatureSettings settings = mote::dsp::feature_preset("mlperf-tiny");
  settings.window_ms = window_ms;
  settings.spectrum = spectrum;
  return settings;
}

void report(const std::string& name, const mote::dsp::FeatureSettings& settings, double seconds) {
  using mote::dsp::ExtractPath;
  std::printf("fast_%s %.2f\n", name.c_str(), microseconds_a_clip(ExtractPath::kFast, settings, seconds));
  std::printf("device_%s %.2f\n", name.c_str(), microseconds_a_clip(ExtractPath::kDevice, settings, seconds));
  mote::dsp::FeatureSettings fixed = settings;
  fixed.arithmetic = mote::dsp::Arithmetic::kFixed;
  std::printf("fixed_%s %.2f\n", name.c_str(), microseconds_a_clip(ExtractPath::kDevice, fixed, seconds));
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 0.5;
  std::printf("# instruction set: %s\n", std::string(mote::dsp::fast_path_name()).c_str());
  for (const auto spectrum : {mote::dsp::Spectrum::kPower, mote::dsp::Spectrum::kMagnitude}) {
    const std::string name(mote::enum_name(spectrum));
    report(name + "_40_20_1024", mfcc(40.0, spectrum), seconds);
    report(name + "_30_20_512", mfcc(30.0, spectrum), seconds);
  }
  return 0;
}
