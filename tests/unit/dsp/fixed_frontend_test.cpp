#include "mote/runtime/dsp/fixed_frontend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "make_signal.h"
#include "mote/base/error.h"
#include "mote/dsp/bake_fixed.h"
#include "mote/dsp/extractor.h"
#include "mote/dsp/spec_augment.h"
#include "mote/runtime/kernels/mote_quantize_f32_s8.h"

namespace mote::dsp {
namespace {

FeatureSettings fixed(const char* preset, double window_ms = 30.0, Spectrum spectrum = Spectrum::kMagnitude) {
  FeatureSettings settings = feature_preset(preset);
  settings.arithmetic = Arithmetic::kFixed;
  settings.window_ms = window_ms;
  settings.spectrum = spectrum;
  return settings;
}

// Every size of FFT, both spectra, all logarithms, narrow and wide bands, windows that add up to much.
std::vector<FeatureSettings> varied_settings() {
  std::vector<FeatureSettings> all;
  for (const Spectrum spectrum : {Spectrum::kMagnitude, Spectrum::kPower}) {
    for (const double window_ms : {4.0, 7.0, 16.0, 30.0, 40.0, 120.0}) {
      FeatureSettings s = fixed("mlperf-tiny", window_ms, spectrum);
      if (window_ms < 10.0) s.mel_count = s.mfcc_count = 5;
      all.push_back(s);
      s.kind = FeatureKind::kLogMel;
      s.window_function = WindowFunction::kRectangular;
      s.high_hz = 0.0;
      s.log = LogKind::kDecibel;
      all.push_back(s);
    }
  }
  FeatureSettings s = fixed("librosa");
  s.window_samples = 2048;
  s.sample_scale = 32768.0;
  s.log = LogKind::kFloor;
  s.lifter = 22.0;
  all.push_back(s);
  return all;
}

std::vector<float> features_of(const FeatureSettings& settings, const std::vector<std::int16_t>& samples) {
  return extract_features(ExtractPath::kDevice, settings, test::to_float(samples));
}

double mean_distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

FeatureSettings in_float(FeatureSettings settings) {
  settings.arithmetic = Arithmetic::kFloat;
  return settings;
}

// docs/features.md states these figures.
TEST(FixedFrontend, IsNearTheFloatFeaturesWhateverTheLevel) {
  for (const int quieter : {0, 4, 8}) {
    auto samples = test::make_signal(16000, 3);
    for (std::int16_t& sample : samples) sample = static_cast<std::int16_t>(sample >> quieter);
    for (const Spectrum spectrum : {Spectrum::kMagnitude, Spectrum::kPower}) {
      const FeatureSettings log_mel = fixed("mlperf-tiny-log-mel", 30.0, spectrum);
      EXPECT_LT(mean_distance(features_of(log_mel, samples), features_of(in_float(log_mel), samples)), 0.002);
      const FeatureSettings mfcc = fixed("mlperf-tiny", 30.0, spectrum);
      EXPECT_LT(mean_distance(features_of(mfcc, samples), features_of(in_float(mfcc), samples)), 0.02);
    }
  }
}

TEST(FixedFrontend, EverySettingIsNearItsFloatFeatures) {
  const auto samples = test::make_signal(9000, 5);
  for (const FeatureSettings& settings : varied_settings()) {
    const auto reference = features_of(in_float(settings), samples);
    double size = 0.0;
    for (const float value : reference) size += std::abs(value) / static_cast<double>(reference.size());
    const double unit = BakedFixedFrontend(settings).feature_unit();  // rounding to int16, where features are large
    EXPECT_LT(mean_distance(features_of(settings, samples), reference), 0.002 * size + 0.5 * unit)
        << enum_name(settings.kind) << " fft " << fft_length(settings) << " " << enum_name(settings.spectrum);
  }
}

// A weak tone beside one that is 50 dB stronger: block floating point must not lose it.
TEST(FixedFrontend, HearsAWeakToneBesideAStrongOne) {
  std::vector<std::int16_t> samples;
  for (int t = 0; t < 480; ++t) {
    const double phase = 2.0 * 3.14159265358979 * t / 16000.0;
    samples.push_back(static_cast<std::int16_t>(30000.0 * std::sin(500.0 * phase) + 95.0 * std::sin(3000.0 * phase)));
  }
  const FeatureSettings settings = fixed("mlperf-tiny-log-mel");
  const auto heard = features_of(settings, samples);
  const auto wanted = features_of(in_float(settings), samples);
  const auto band = std::max_element(wanted.begin() + 25, wanted.end()) - wanted.begin();
  EXPECT_NEAR(heard[static_cast<std::size_t>(band)], wanted[static_cast<std::size_t>(band)], 0.03F);
}

TEST(FixedFrontend, SilenceIsTheLogFloor) {
  for (const LogKind log : {LogKind::kOffset, LogKind::kFloor}) {
    FeatureSettings settings = fixed("mlperf-tiny-log-mel");
    settings.log = log;
    for (const float mel : features_of(settings, std::vector<std::int16_t>(480, 0))) {
      EXPECT_NEAR(mel, std::log(1e-6), 0.002);
    }
  }
}

TEST(FixedFrontend, TheOffsetShowsInNearSilence) {
  FeatureSettings settings = fixed("mlperf-tiny-log-mel");
  settings.log_floor = 1e-3;
  std::vector<std::int16_t> samples(480, 0);
  samples[240] = 3;
  EXPECT_LT(mean_distance(features_of(settings, samples), features_of(in_float(settings), samples)), 0.005);
}

// Under the sanitizers this also shows that nothing overflows.
TEST(FixedFrontend, ExtremeSamplesGiveFiniteFeaturesNearTheFloatOnes) {
  std::vector<std::vector<std::int16_t>> clips{std::vector<std::int16_t>(4096, INT16_MIN),
                                               std::vector<std::int16_t>(4096, INT16_MAX),
                                               std::vector<std::int16_t>(4096, -1), std::vector<std::int16_t>(4096, 1)};
  for (const int period : {2, 3, 8, 40, 512, 1000}) {
    auto& square = clips.emplace_back();
    auto& sine = clips.emplace_back();
    for (int t = 0; t < 4096; ++t) {
      square.push_back(t % period < period / 2 ? INT16_MAX : INT16_MIN);
      sine.push_back(static_cast<std::int16_t>(32767.0 * std::sin(2.0 * 3.14159265358979 * t / period)));
    }
  }
  for (const FeatureSettings& settings : varied_settings()) {
    FeatureSettings mels = settings;
    mels.kind = FeatureKind::kLogMel;
    // What lies 46 dB below a sine at full scale is not compared.
    const double floor = mels.sample_scale * static_cast<double>(window_length(mels)) / 400.0;
    mels.log_floor = mels.spectrum == Spectrum::kPower ? floor * floor : floor;
    for (const auto& clip : clips) {
      const auto heard = features_of(mels, clip);
      const auto wanted = features_of(in_float(mels), clip);
      const float unit = mels.log == LogKind::kDecibel ? 4.34F : 1.0F;
      for (std::size_t i = 0; i < heard.size(); ++i) {
        ASSERT_NEAR(heard[i], wanted[i], 0.1F * unit) << "fft " << fft_length(mels) << " " << enum_name(mels.spectrum);
      }
    }
  }
}

TEST(FixedFrontend, BothPathsHaveTheSameBits) {
  const auto samples = test::to_float(test::make_signal(8000, 3));
  for (const FeatureSettings& settings : varied_settings()) {
    EXPECT_EQ(extract_features(ExtractPath::kFast, settings, samples),
              extract_features(ExtractPath::kDevice, settings, samples));
  }
}

TEST(FixedFrontend, Int16AndFloatSamplesHaveTheSameBits) {
  const auto samples = test::make_signal(8000, 3);
  const auto extractor = make_extractor(ExtractPath::kFast, fixed("mlperf-tiny"));
  const auto scratch = extractor->make_scratch();
  std::vector<float> features(static_cast<std::size_t>(feature_shape(fixed("mlperf-tiny"), 8000).size()));
  extractor->extract(samples, *scratch, features);
  EXPECT_EQ(features, features_of(fixed("mlperf-tiny"), samples));
}

TEST(FixedFrontend, FloatSamplesBeyondFullScaleAreClipped) {
  const FeatureSettings settings = fixed("mlperf-tiny");
  std::vector<float> loud = test::to_float(test::make_signal(480, 3));
  for (float& sample : loud) sample *= 4.0F;
  std::vector<float> clipped = loud;
  for (float& sample : clipped) sample = std::clamp(sample, -1.0F, 32767.0F / 32768.0F);
  EXPECT_EQ(extract_features(ExtractPath::kDevice, settings, loud),
            extract_features(ExtractPath::kDevice, settings, clipped));
}

// A change of these bits changes what shipped devices compute: it needs a reason in the commit that makes it.
TEST(FixedFrontend, ItsBitsAreThoseOfEveryMachine) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const float value : features_of(fixed("mlperf-tiny"), test::make_signal(16000, 1))) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 16777619U;
  }
  EXPECT_EQ(hash, 3019346413U);
}

TEST(FixedFrontend, StandardizationIsPartOfItsTables) {
  FeatureSettings settings = fixed("mlperf-tiny");
  const auto samples = test::make_signal(16000, 2);
  settings.standardize = true;
  for (int c = 0; c < 10; ++c) {
    settings.feature_mean.push_back(c == 0 ? -40.0 : 0.5 * c);
    settings.feature_deviation.push_back(c == 0 ? 25.0 : 3.0 / (1 + c));
  }
  EXPECT_LT(mean_distance(features_of(settings, samples), features_of(in_float(settings), samples)), 0.005);
  settings.feature_mean.clear();
  settings.feature_deviation.clear();
  EXPECT_THROW((void)BakedFixedFrontend(settings), Error);
}

TEST(FixedFrontend, RefusesADeviationThatItCannotDivideBy) {
  FeatureSettings settings = fixed("mlperf-tiny");
  settings.standardize = true;
  settings.feature_mean.assign(10, 0.0);
  settings.feature_deviation.assign(10, 1.0);
  settings.feature_deviation[3] = 1e-9;
  EXPECT_THROW((void)BakedFixedFrontend(settings), Error);
}

TEST(FixedFrontend, MaskedLogMelsFinishLikeTheFloatOnes) {
  const FeatureSettings settings = fixed("mlperf-tiny");
  const auto samples = test::make_signal(16000, 2);
  const auto finished = [&](const FeatureSettings& s) {
    const auto extractor = make_extractor(ExtractPath::kFast, s);
    const auto scratch = extractor->make_scratch();
    const FeatureShape shape = base_shape(s, 16000);
    std::vector<float> base(static_cast<std::size_t>(shape.size()));
    extractor->base(std::span<const std::int16_t>(samples), 0, *scratch, base);
    SpecAugmentSettings augment;
    augment.probability = 1.0;
    Rng rng(4);
    spec_augment(augment, rng, shape, s.mel_count, base);
    std::vector<float> features(static_cast<std::size_t>(feature_shape(s, 16000).size()));
    extractor->finish(base, *scratch, features);
    return features;
  };
  EXPECT_LT(mean_distance(finished(settings), finished(in_float(settings))), 0.02);
}

TEST(FixedFrontend, ThresholdsQuantizeLikeTheFloatBorder) {
  for (const float scale : {0.003F, 0.05F, 0.7F, 900.0F}) {
    for (const std::int32_t zero_point : {-128, -3, 127}) {
      const float unit = 1.0F / 256.0F;
      const auto thresholds = quantize_thresholds(unit, scale, zero_point);
      ASSERT_EQ(thresholds.size(), 255U);
      const mote_quantize_f32_s8_params params{1, scale, zero_point};
      for (std::int32_t value = INT16_MIN; value < INT16_MAX; value += 3) {
        const auto feature = static_cast<std::int16_t>(value);
        const float real = unit * static_cast<float>(value);
        std::int8_t wanted = 0;
        std::int8_t got = 0;
        mote_quantize_f32_s8(&params, &real, &wanted);
        mote_fixed_quantize_s8(thresholds.data(), &feature, 1, &got);
        ASSERT_EQ(got, wanted) << value << " scale " << scale;
      }
    }
  }
  EXPECT_THROW((void)quantize_thresholds(1.0F, 0.0F, 0), Error);
}

// Padding makes up samples on both sides of the clip.
TEST(FixedFrontend, AClipAtOnceHasTheFeaturesOfTheExtractor) {
  for (const char* preset : {"mlperf-tiny", "mlperf-tiny-log-mel", "librosa"}) {
    const FeatureSettings settings = fixed(preset);
    const auto samples = test::make_signal(4000, 5);
    const BakedFixedFrontend baked(settings);
    const std::vector<float> wanted = features_of(settings, samples);
    std::vector<std::int32_t> scratch(mote_fixed_frontend_clip_bytes(&baked.frontend()) / 4);
    std::vector<std::int16_t> features(wanted.size());
    mote_fixed_frontend_clip(&baked.frontend(), samples.data(), 4000, scratch.data(), features.data());
    for (std::size_t i = 0; i < wanted.size(); ++i)
      ASSERT_EQ(baked.feature_unit() * static_cast<float>(features[i]), wanted[i]) << preset << " at " << i;
  }
}

TEST(FixedFrontend, AWarpMovesItsBands) {
  const std::vector<double> warps{0.8, 1.0, 1.2};
  const auto extractor = make_extractor(ExtractPath::kFast, fixed("mlperf-tiny-log-mel"), warps);
  const auto scratch = extractor->make_scratch();
  const auto samples = test::make_signal(480, 1);
  std::vector<std::vector<float>> bases(4, std::vector<float>(40));
  for (int warp = 0; warp < 4; ++warp) {
    extractor->base(std::span<const std::int16_t>(samples), warp, *scratch, bases[static_cast<std::size_t>(warp)]);
  }
  EXPECT_EQ(bases[0], bases[2]);
  EXPECT_NE(bases[0], bases[1]);
  EXPECT_NE(bases[0], bases[3]);
}

TEST(FixedFrontend, KnowsItsTablesAndScratch) {
  const BakedFixedFrontend baked(fixed("mlperf-tiny"));
  EXPECT_EQ(baked.scratch_bytes(), 4 * (512 + 2 + baked.frontend().bin_count));
  EXPECT_EQ(baked.window().size(), 512U);
  EXPECT_EQ(baked.twiddle().size(), 64U * 9);
  EXPECT_EQ(baked.reversed().size(), 64U);
  EXPECT_EQ(baked.feature_weight().size(), 200U);
  EXPECT_GT(baked.table_bytes(), 2 * 512 + 4 * 576 + 2 * 200);
  EXPECT_EQ(mote_fixed_frontend_frames(&baked.frontend(), 479), 0);
  EXPECT_EQ(mote_fixed_frontend_frames(&baked.frontend(), 16000), 49);
}

}  // namespace
}  // namespace mote::dsp
