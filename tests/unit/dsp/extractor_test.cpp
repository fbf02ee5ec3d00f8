#include "mote/dsp/extractor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <thread>
#include <vector>

#include "make_signal.h"
#include "mote/base/error.h"
#include "mote/dsp/mel_warp.h"

namespace mote::dsp {
namespace {

std::vector<float> noise(std::int64_t samples, std::uint32_t seed) {
  return test::to_float(test::make_signal(samples, seed));
}

// Every kind and every choice of the settings at least once.
std::vector<FeatureSettings> varied_settings() {
  std::vector<FeatureSettings> all;
  for (const FeaturePreset& preset : feature_presets()) all.push_back(preset.settings);
  FeatureSettings s = feature_preset("mlperf-tiny-log-mel");
  s.padding = Padding::kReflect;
  s.window_function = WindowFunction::kHammingSymmetric;
  s.log = LogKind::kNone;
  s.normalize = ClipNormalization::kMean;
  all.push_back(s);
  s = feature_preset("mlperf-tiny");
  s.normalize = ClipNormalization::kMeanVariance;
  s.mfcc_count = 17;
  s.pre_emphasis = 0.9;
  s.window_function = WindowFunction::kHannSymmetric;
  s.standardize = true;
  s.feature_mean.assign(17, 0.25);
  s.feature_deviation.assign(17, 2.0);
  all.push_back(s);
  s = feature_preset("motion");
  s.kind = FeatureKind::kSpectrum;
  s.window_samples = 50;
  s.hop_samples = 25;
  s.log = LogKind::kDecibel;
  s.low_hz = 0.0;
  s.window_function = WindowFunction::kHamming;
  all.push_back(s);
  s.kind = FeatureKind::kStatistics;
  s.window_function = WindowFunction::kRectangular;
  all.push_back(s);
  s.kind = FeatureKind::kRaw;
  all.push_back(s);
  return all;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double worst = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    worst = std::max<double>(worst, std::abs(a[i] - b[i]) / std::max(1.0F, std::abs(b[i])));
  }
  return worst;
}

TEST(Extractor, BothPathsAgreeForEverySetting) {
  for (const FeatureSettings& settings : varied_settings()) {
    const auto samples = noise(settings.channels * 5000, 3);
    const auto fast = extract_features(ExtractPath::kFast, settings, samples);
    const auto device = extract_features(ExtractPath::kDevice, settings, samples);
    ASSERT_EQ(std::ssize(device), feature_shape(settings, 5000).size());
    EXPECT_LE(distance(fast, device), 1e-4) << enum_name(settings.kind) << " fft " << fft_length(settings);
  }
}

TEST(Extractor, StaysFiniteOnExtremeSamples) {
  std::vector<std::vector<float>> clips{
      std::vector<float>(15000, 0.0F),   // silence
      std::vector<float>(15000, 1.0F),   // DC at full scale
      std::vector<float>(15000, 1e-30F)  // next to nothing
  };
  clips.emplace_back(15000, 0.0F).at(7000) = 1.0F;  // an impulse
  auto& square = clips.emplace_back();
  for (int i = 0; i < 15000; ++i) square.push_back((i / 20) % 2 == 0 ? 1.0F : -1.0F);
  for (const FeatureSettings& settings : varied_settings()) {
    for (const ExtractPath path : {ExtractPath::kFast, ExtractPath::kDevice}) {
      for (const std::vector<float>& clip : clips) {
        const auto features = extract_features(path, settings, clip);
        EXPECT_TRUE(std::all_of(features.begin(), features.end(), [](float x) { return std::isfinite(x); }))
            << enum_name(settings.kind) << " " << enum_name(path);
      }
    }
  }
}

TEST(Extractor, SilenceIsTheLogFloor) {
  const auto mels =
      extract_features(ExtractPath::kDevice, feature_preset("mlperf-tiny-log-mel"), std::vector<float>(480, 0.0F));
  for (const float mel : mels) EXPECT_NEAR(mel, std::log(1e-6), 1e-5);
}

TEST(Extractor, Int16AndFloatSamplesGiveTheSameBits) {
  for (const ExtractPath path : {ExtractPath::kFast, ExtractPath::kDevice}) {
    for (const FeatureSettings& settings : varied_settings()) {
      const auto samples = test::make_signal(settings.channels * 5000, 3);
      const auto extractor = make_extractor(path, settings);
      const auto scratch = extractor->make_scratch();
      std::vector<float> features(static_cast<std::size_t>(feature_shape(settings, 5000).size()));
      extractor->extract(samples, *scratch, features);
      EXPECT_EQ(features, extract_features(path, settings, test::to_float(samples))) << enum_name(settings.kind);
    }
  }
}

// Padded ends and the scratch's old contents must not leak into the next clip.
TEST(Extractor, AUsedScratchGivesTheSameBits) {
  for (const ExtractPath path : {ExtractPath::kFast, ExtractPath::kDevice}) {
    for (const FeatureSettings& settings : varied_settings()) {
      const auto extractor = make_extractor(path, settings);
      const auto scratch = extractor->make_scratch();
      const auto other = noise(settings.channels * 9000, 8);
      std::vector<float> ignored(static_cast<std::size_t>(feature_shape(settings, 9000).size()));
      extractor->extract(other, *scratch, ignored);
      const auto samples = noise(settings.channels * 5000, 3);
      std::vector<float> features(static_cast<std::size_t>(feature_shape(settings, 5000).size()));
      extractor->extract(samples, *scratch, features);
      EXPECT_EQ(features, extract_features(path, settings, samples)) << enum_name(settings.kind);
    }
  }
}

TEST(Extractor, ThreadsShareOneExtractor) {
  const auto extractor = make_extractor(ExtractPath::kFast, feature_preset("mlperf-tiny"));
  const auto samples = noise(16000, 2);
  std::vector<std::vector<float>> features(4, std::vector<float>(490));
  std::vector<std::thread> threads;
  for (auto& mine : features) {
    threads.emplace_back([&] {
      const auto scratch = extractor->make_scratch();
      for (int i = 0; i < 20; ++i) extractor->extract(std::span<const float>(samples), *scratch, mine);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : features) EXPECT_EQ(mine, features[0]);
}

TEST(Extractor, AToneLandsInItsBin) {
  FeatureSettings settings = feature_preset("motion");
  settings.fft_size = 128;
  std::vector<float> samples(300, 0.0F);
  for (std::size_t t = 0; t < 100; ++t) {
    samples[100 + t] = static_cast<float>(std::sin(2.0 * std::numbers::pi * 12.5 * static_cast<double>(t) / 100.0));
  }
  const auto features = extract_features(ExtractPath::kDevice, settings, samples);
  const std::size_t channel = features.size() / 3;
  const auto bins = features.begin() + static_cast<std::ptrdiff_t>(channel + 3);
  const auto peak = std::max_element(bins, bins + static_cast<std::ptrdiff_t>(channel - 3));
  EXPECT_EQ(peak - bins, 16 - 1) << "12.5 Hz is bin 16 of 128 at 100 Hz; bin 0 lies below low_hz";
  EXPECT_NEAR(features[channel], 0.0F, 0.03F) << "half a period is left over";
  EXPECT_NEAR(features[channel + 1], std::sqrt(0.5F), 0.02F);
  EXPECT_EQ(features[0], 0.0F);
}

TEST(Extractor, NormalizationCentersEachCoefficientOfAClip) {
  FeatureSettings settings = feature_preset("mlperf-tiny");
  settings.normalize = ClipNormalization::kMeanVariance;
  const auto features = extract_features(ExtractPath::kFast, settings, noise(16000, 2));
  for (std::size_t c = 0; c < 10; ++c) {
    double sum = 0.0;
    for (std::size_t t = 0; t < 49; ++t) sum += features[t * 10 + c];
    EXPECT_NEAR(sum / 49.0, 0.0, 1e-5);
  }
}

TEST(Extractor, StandardizesByTheGivenFigures) {
  FeatureSettings settings = feature_preset("mlperf-tiny");
  const auto plain = extract_features(ExtractPath::kDevice, settings, noise(16000, 2));
  settings.standardize = true;
  settings.feature_mean.assign(10, 1.0);
  settings.feature_deviation.assign(10, 4.0);
  const auto scaled = extract_features(ExtractPath::kDevice, settings, noise(16000, 2));
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_FLOAT_EQ(scaled[i], (plain[i] - 1.0F) * 0.25F);
}

TEST(Extractor, AWarpMovesATone) {
  FeatureSettings settings = feature_preset("mlperf-tiny-log-mel");
  std::vector<float> tone;
  for (int t = 0; t < 480; ++t)
    tone.push_back(static_cast<float>(std::sin(2.0 * std::numbers::pi * 1000.0 * t / 16000.0)));
  const std::vector<double> warps{0.8, 1.0, 1.2};
  for (const ExtractPath path : {ExtractPath::kFast, ExtractPath::kDevice}) {
    const auto extractor = make_extractor(path, settings, warps);
    const auto scratch = extractor->make_scratch();
    std::vector<std::ptrdiff_t> peaks;
    std::vector<std::vector<float>> bases(4, std::vector<float>(40));
    for (int warp = 0; warp < 4; ++warp) {
      auto& base = bases[static_cast<std::size_t>(warp)];
      extractor->base(std::span<const float>(tone), warp, *scratch, base);
      peaks.push_back(std::max_element(base.begin(), base.end()) - base.begin());
    }
    EXPECT_EQ(bases[0], bases[2]) << "a warp by 1 is none";
    EXPECT_LT(peaks[1], peaks[0]);
    EXPECT_GT(peaks[3], peaks[0]);
  }
}

TEST(Extractor, NamesAWarpThatCannotBe) {
  const std::vector<double> too_much{2.5};
  EXPECT_THROW((void)make_extractor(ExtractPath::kFast, feature_preset("mlperf-tiny"), too_much), Error);
  const std::vector<double> good{1.1};
  EXPECT_THROW((void)make_extractor(ExtractPath::kFast, feature_preset("motion"), good), Error);
}

}  // namespace
}  // namespace mote::dsp
