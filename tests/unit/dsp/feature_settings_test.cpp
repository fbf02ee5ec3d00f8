#include "mote/dsp/feature_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "mote/base/error.h"
#include "mote/dsp/extractor.h"

namespace mote::dsp {
namespace {

using testing::HasSubstr;

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalid);
    return error.what();
  }
  return "no error";
}

// The message of validate() after `change` of the defaults.
std::string error_after(const std::function<void(FeatureSettings&)>& change) {
  FeatureSettings settings;
  change(settings);
  return error_of([&] { settings.validate(); });
}

TEST(FeatureSettings, EveryPresetIsValid) {
  for (const FeaturePreset& preset : feature_presets()) EXPECT_NO_THROW(preset.settings.validate()) << preset.name;
}

TEST(FeatureSettings, NamesFramingThatCannotBe) {
  EXPECT_THAT(error_after([](auto& s) { s.hop_ms = 0.0; }), HasSubstr("hop must be >= 1 sample, got 0"));
  EXPECT_THAT(error_after([](auto& s) { s.window_ms = 0.0; }), HasSubstr("window must be >= 1 sample, got 0"));
  EXPECT_THAT(error_after([](auto& s) { s.window_ms = -1.0; }), HasSubstr("window_ms must be in"));
  EXPECT_THAT(error_after([](auto& s) { s.hop_samples = -5; }), HasSubstr("hop_samples must be in"));
  EXPECT_THAT(error_after([](auto& s) { s.sample_rate_hz = 0; }), HasSubstr("sample_rate_hz must be in"));
  EXPECT_THAT(error_after([](auto& s) { s.channels = 3; }), HasSubstr("mfcc takes 1 channel, got 3"));
  EXPECT_THAT(error_after([](auto& s) { s.sample_scale = 0.0; }), HasSubstr("sample_scale must be in"));
}

TEST(FeatureSettings, NamesAnFftThatCannotBe) {
  EXPECT_THAT(error_after([](auto& s) { s.fft_size = 256; }), HasSubstr("got 480 samples over fft_size 256"));
  EXPECT_THAT(error_after([](auto& s) { s.fft_size = 500; }), HasSubstr("fft_size must be a power of two"));
  EXPECT_THAT(error_after([](auto& s) { s.fft_size = 1 << 17; }), HasSubstr("fft_size must be a power of two"));
  EXPECT_THAT(error_after([](auto& s) { s.pre_emphasis = 1.0; }), HasSubstr("pre_emphasis must be in"));
}

TEST(FeatureSettings, NamesWhatFixedArithmeticLacks) {
  const auto error_in_fixed = [](const std::function<void(FeatureSettings&)>& change) {
    return error_after([&](FeatureSettings& s) {
      s.arithmetic = Arithmetic::kFixed;
      change(s);
    });
  };
  EXPECT_EQ(error_in_fixed([](auto&) {}), "no error");
  EXPECT_THAT(error_in_fixed([](auto& s) { s.kind = FeatureKind::kStatistics; }),
              HasSubstr("arithmetic fixed wants kind mfcc or log_mel, got statistics: change it"));
  EXPECT_THAT(error_in_fixed([](auto& s) { s.fft_size = 4096; }), HasSubstr("fft_size in [64, 2048], got 4096"));
  EXPECT_THAT(error_in_fixed([](auto& s) { s.remove_dc = true; }), HasSubstr("remove_dc false, got true"));
  EXPECT_THAT(error_in_fixed([](auto& s) { s.pre_emphasis = 0.97; }), HasSubstr("pre_emphasis 0, got 0.97"));
  EXPECT_THAT(error_in_fixed([](auto& s) { s.log_energy = true; }), HasSubstr("log_energy false, got true"));
  EXPECT_THAT(error_in_fixed([](auto& s) { s.log = LogKind::kNone; }), HasSubstr("wants a log, got none"));
  EXPECT_THAT(error_in_fixed([](auto& s) { s.normalize = ClipNormalization::kMean; }),
              HasSubstr("normalize none (standardize instead), got mean"));
}

TEST(FeatureSettings, NamesBandsThatCannotBe) {
  EXPECT_THAT(error_after([](auto& s) { s.high_hz = 8001.0; }), HasSubstr("high_hz must be in [0, 8000], got 8001"));
  EXPECT_THAT(error_after([](auto& s) { s.low_hz = 5000.0; }), HasSubstr("low_hz must be in [0, 4000), got 5000"));
  EXPECT_THAT(error_after([](auto& s) { s.mel_count = 0; }), HasSubstr("mel_count must be in"));
  EXPECT_THAT(error_after([](auto& s) { s.mel_count = 200; }), HasSubstr("every mel band must hold an FFT bin"));
  EXPECT_THAT(error_after([](auto& s) { s.mfcc_count = 41; }), HasSubstr("mfcc_count must be in [1, 40], got 41"));
  EXPECT_THAT(error_after([](auto& s) { s.log_floor = 0.0; }), HasSubstr("log_floor must be in"));
  EXPECT_THAT(error_after([](auto& s) { s.lifter = -1.0; }), HasSubstr("lifter must be in"));
  EXPECT_THAT(error_after([](auto& s) {
                s.kind = FeatureKind::kLogMel;
                s.log_energy = true;
              }),
              HasSubstr("log_energy takes the place of an mfcc's lowest coefficient"));
  EXPECT_THAT(error_after([](auto& s) {
                s.log = LogKind::kNone;
                s.log_energy = true;
              }),
              HasSubstr("log_energy wants a log_floor"));
  EXPECT_THAT(error_after([](auto& s) {
                s.kind = FeatureKind::kSpectrum;
                s.low_hz = 32.0;
                s.high_hz = 33.0;
              }),
              HasSubstr("an FFT bin must lie between low_hz 32 and high_hz 33"));
}

TEST(FeatureSettings, NamesStatisticsThatDoNotFit) {
  EXPECT_THAT(error_after([](auto& s) {
                s.feature_mean = {1.0, 2.0};
              }),
              HasSubstr("feature_mean must have one figure for each of 10 coefficients, got 2"));
  EXPECT_THAT(error_after([](auto& s) { s.feature_mean.assign(10, 0.0); }), HasSubstr("belong together, got 10 and 0"));
  EXPECT_THAT(error_after([](auto& s) {
                s.feature_mean.assign(10, 0.0);
                s.feature_deviation.assign(10, 0.0);
              }),
              HasSubstr("feature_deviation must be in"));
  FeatureSettings unmeasured;
  unmeasured.standardize = true;
  EXPECT_NO_THROW(unmeasured.validate());
  EXPECT_THAT(error_of([&] { (void)make_extractor(ExtractPath::kDevice, unmeasured); }),
              HasSubstr("standardize wants feature_mean and feature_deviation, got none"));
}

TEST(FeatureSettings, ShapesFollowFromTheClip) {
  EXPECT_EQ(feature_shape(feature_preset("mlperf-tiny"), 16000), (FeatureShape{49, 10}));
  EXPECT_EQ(base_shape(feature_preset("mlperf-tiny"), 16000), (FeatureShape{49, 40}));
  EXPECT_EQ(feature_shape(feature_preset("librosa"), 22050), (FeatureShape{44, 20}));
  EXPECT_EQ(feature_shape(feature_preset("kaldi"), 16000), (FeatureShape{98, 13}));
  EXPECT_EQ(base_shape(feature_preset("kaldi"), 16000), (FeatureShape{98, 24}));
  EXPECT_EQ(feature_shape(feature_preset("motion"), 100), (FeatureShape{1, 3 * (3 + 64)}));
  FeatureSettings raw;
  raw.kind = FeatureKind::kRaw;
  raw.channels = 6;
  EXPECT_EQ(feature_shape(raw, 50), (FeatureShape{50, 6}));
  EXPECT_THAT(error_of([] { (void)feature_shape(feature_preset("mlperf-tiny"), 479); }),
              HasSubstr("a clip must have at least 480 samples (one window), got 479"));
}

TEST(FeatureSettings, PaddedPresetsAreOffline) {
  EXPECT_TRUE(streams_on_device(feature_preset("mlperf-tiny")));
  EXPECT_TRUE(streams_on_device(feature_preset("kaldi")));
  EXPECT_FALSE(streams_on_device(feature_preset("librosa")));
}

TEST(FeatureSettings, FramesOfAStreamMustNotChangeWithTheClip) {
  FeatureSettings settings;
  EXPECT_NO_THROW(check_frames_stand_alone(settings));
  settings.standardize = true;
  EXPECT_NO_THROW(check_frames_stand_alone(settings));
  settings.normalize = ClipNormalization::kMeanVariance;
  EXPECT_EQ(
      error_of([&] { check_frames_stand_alone(settings); }),
      "features.normalize: wanted \"none\" for streaming, got \"mean_variance\": every frame would change with the "
      "clip; train with features.standardize, whose constants are measured once");
  EXPECT_EQ(error_of([] { check_frames_stand_alone(feature_preset("librosa")); }),
            "features.padding: wanted \"none\" for streaming, got \"zero\": frames would need samples that have not "
            "come yet");
}

TEST(FeatureSettings, AnUnknownPresetIsAnsweredWithTheNearest) {
  EXPECT_THAT(error_of([] { (void)feature_preset("mlperf-tny"); }), HasSubstr("did you mean 'mlperf-tiny'?"));
}

// A field that the table does not name would be missing from recipes, hashes and metadata.
TEST(FeatureSettings, TheTableNamesEveryFieldOnce) {
  std::set<std::string> keys;
  std::size_t bytes = 0;
  FeatureSettings settings;
  visit_fields(settings, [&](std::string_view key, auto& value, std::string_view help) {
    EXPECT_TRUE(keys.insert(std::string(key)).second) << key;
    EXPECT_FALSE(help.empty()) << key;
    bytes += sizeof(value);
  });
  EXPECT_GT(bytes + 64, sizeof(FeatureSettings)) << "a field is not visited";
}

}  // namespace
}  // namespace mote::dsp
