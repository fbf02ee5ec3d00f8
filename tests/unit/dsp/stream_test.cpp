#include "mote/runtime/dsp/stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "make_signal.h"
#include "mote/dsp/bake.h"
#include "mote/dsp/bake_fixed.h"
#include "mote/dsp/extractor.h"
#include "mote/runtime/dsp/fixed_stream.h"
#include "mote/runtime/kernels/mote_quantize_f32_s8.h"

namespace mote::dsp {
namespace {

using Bytes = std::vector<std::int8_t>;

constexpr float kScale = 0.07F;
constexpr std::int32_t kZeroPoint = -5;
constexpr std::int32_t kFrames = 7;

Bytes quantized(const std::vector<float>& features) {
  const mote_quantize_f32_s8_params params{static_cast<std::int32_t>(features.size()), kScale, kZeroPoint};
  Bytes bytes(features.size());
  mote_quantize_f32_s8(&params, features.data(), bytes.data());
  return bytes;
}

// What the device path makes of the kFrames frames that end with frame `newest` of a clip, planar.
Bytes clip_wise(const FeatureSettings& settings, const std::vector<std::int16_t>& planar, std::int64_t newest) {
  const std::int64_t samples = std::ssize(planar) / settings.channels;
  const std::int64_t hop = settings.kind == FeatureKind::kRaw ? 1 : hop_length(settings);
  const std::int64_t window = settings.kind == FeatureKind::kRaw ? 1 : window_length(settings);
  const std::int64_t begin = (newest + 1 - kFrames) * hop;
  const std::int64_t length = (kFrames - 1) * hop + window;
  std::vector<std::int16_t> part;
  for (std::int64_t c = 0; c < settings.channels; ++c) {
    const auto at = planar.begin() + c * samples + begin;
    part.insert(part.end(), at, at + length);
  }
  return quantized(extract_features(ExtractPath::kDevice, settings, test::to_float(part)));
}

struct FloatStream {
  explicit FloatStream(const FeatureSettings& s, mote_sample_type type = MOTE_SAMPLE_S16)
      : baked(s),
        settings{&baked.frontend(), type, kFrames, kScale, kZeroPoint},
        memory(mote_stream_bytes(&settings) / 4) {
    EXPECT_EQ(mote_stream_init(&stream, &settings, memory.data(), memory.size() * 4), MOTE_OK);
  }
  std::int32_t push(const std::int16_t* samples, std::int32_t count) {
    std::int32_t frames = -1;
    EXPECT_EQ(mote_stream_push_s16(&stream, samples, count, &frames), MOTE_OK);
    return frames;
  }
  mote_status read(Bytes& input) { return mote_stream_read(&stream, input.data()); }
  const std::int8_t* newest() const { return mote_stream_newest(&stream); }

  BakedFrontend baked;
  mote_stream_settings settings;
  std::vector<float> memory;
  mote_stream stream{};
};

struct FixedStream {
  explicit FixedStream(const FeatureSettings& s)
      : baked(s),
        thresholds(quantize_thresholds(baked.feature_unit(), kScale, kZeroPoint)),
        settings{&baked.frontend(), thresholds.data(), kFrames},
        memory(mote_fixed_stream_bytes(&settings) / 4) {
    EXPECT_EQ(mote_fixed_stream_init(&stream, &settings, memory.data(), memory.size() * 4), MOTE_OK);
  }
  std::int32_t push(const std::int16_t* samples, std::int32_t count) {
    std::int32_t frames = -1;
    EXPECT_EQ(mote_fixed_stream_push(&stream, samples, count, &frames), MOTE_OK);
    return frames;
  }
  mote_status read(Bytes& input) { return mote_fixed_stream_read(&stream, input.data()); }
  const std::int8_t* newest() const { return mote_fixed_stream_newest(&stream); }

  BakedFixedFrontend baked;
  std::vector<std::int16_t> thresholds;
  mote_fixed_stream_settings settings;
  std::vector<std::int32_t> memory;
  mote_fixed_stream stream{};
};

std::vector<std::int16_t> interleaved(const std::vector<std::int16_t>& planar, std::size_t channels) {
  std::vector<std::int16_t> result;
  const std::size_t samples = planar.size() / channels;
  for (std::size_t t = 0; t < samples; ++t) {
    for (std::size_t c = 0; c < channels; ++c) result.push_back(planar[c * samples + t]);
  }
  return result;
}

// Pushes chunks of random length, and after each compares the window with that of the clip.
template <class Stream>
void expect_clip_wise_bits(const FeatureSettings& settings, std::int64_t samples, int longest, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> chunk(0, longest);
  const auto channels = static_cast<std::size_t>(settings.channels);
  const auto planar = test::make_signal(samples * settings.channels, seed);
  const auto stream_samples = interleaved(planar, channels);
  Stream stream(settings);
  Bytes input(static_cast<std::size_t>(kFrames * feature_shape(settings, samples).coefficients));
  std::int64_t frames = 0;
  for (std::int64_t at = 0; at < samples;) {
    const auto count = static_cast<std::int32_t>(std::min<std::int64_t>(chunk(random), samples - at));
    frames += stream.push(stream_samples.data() + at * settings.channels, count);
    at += count;
    if (frames < kFrames) {
      EXPECT_EQ(stream.read(input), MOTE_ERROR_DSP_NOT_READY);
      continue;
    }
    ASSERT_EQ(stream.read(input), MOTE_OK);
    ASSERT_EQ(input, clip_wise(settings, planar, frames - 1)) << "frame " << frames;
  }
  EXPECT_EQ(frames, feature_shape(settings, samples).frames);
}

TEST(Stream, AnyChunksGiveTheBitsOfTheClip) {
  for (const char* name : {"mlperf-tiny", "kaldi-log-mel"}) {
    FeatureSettings settings = feature_preset(name);
    expect_clip_wise_bits<FloatStream>(settings, 8000, 700, 2);
    expect_clip_wise_bits<FloatStream>(settings, 3000, 5, 3);
    settings.normalize = ClipNormalization::kMeanVariance;
    expect_clip_wise_bits<FloatStream>(settings, 8000, 700, 4);
  }
}

TEST(Stream, ManyChannelsAndHopsLongerThanTheWindowGiveTheBitsOfTheClip) {
  FeatureSettings settings = feature_preset("motion");
  settings.window_samples = 32;
  settings.hop_samples = 16;
  expect_clip_wise_bits<FloatStream>(settings, 400, 50, 5);
  settings.hop_samples = 45;
  expect_clip_wise_bits<FloatStream>(settings, 900, 50, 6);
  settings.kind = FeatureKind::kRaw;
  expect_clip_wise_bits<FloatStream>(settings, 60, 9, 7);
}

TEST(Stream, FixedChunksGiveTheBitsOfTheClip) {
  for (const char* name : {"mlperf-tiny", "mlperf-tiny-log-mel"}) {
    FeatureSettings settings = feature_preset(name);
    settings.arithmetic = Arithmetic::kFixed;
    expect_clip_wise_bits<FixedStream>(settings, 8000, 700, 2);
    expect_clip_wise_bits<FixedStream>(settings, 3000, 5, 3);
    settings.hop_samples = 600;
    settings.standardize = true;
    settings.feature_mean.assign(static_cast<std::size_t>(feature_shape(settings, 480).coefficients), -2.0);
    settings.feature_deviation.assign(settings.feature_mean.size(), 4.0);
    expect_clip_wise_bits<FixedStream>(settings, 9000, 700, 4);
  }
}

TEST(Stream, TakesFloatSamplesAsWell) {
  const FeatureSettings settings = feature_preset("mlperf-tiny");
  const auto samples = test::make_signal(4000, 3);
  const auto floats = test::to_float(samples);
  FloatStream stream(settings, MOTE_SAMPLE_F32);
  std::int32_t frames = 0;
  ASSERT_EQ(mote_stream_push_f32(&stream.stream, floats.data(), 4000, &frames), MOTE_OK);
  EXPECT_EQ(frames, 12);
  Bytes input(kFrames * 10);
  ASSERT_EQ(stream.read(input), MOTE_OK);
  EXPECT_EQ(input, clip_wise(settings, samples, 11));
}

TEST(Stream, ShowsTheNewestFrameUnlessAClipNormalizesIt) {
  const auto samples = test::make_signal(480 + 9 * 320, 3);
  FeatureSettings settings = feature_preset("mlperf-tiny");
  FloatStream stream(settings);
  EXPECT_EQ(stream.newest(), nullptr);
  (void)stream.push(samples.data(), static_cast<std::int32_t>(samples.size()));
  const Bytes window = clip_wise(settings, samples, 9);
  EXPECT_EQ(Bytes(stream.newest(), stream.newest() + 10), Bytes(window.end() - 10, window.end()));
  settings.arithmetic = Arithmetic::kFixed;
  FixedStream fixed(settings);
  EXPECT_EQ(fixed.newest(), nullptr);
  (void)fixed.push(samples.data(), static_cast<std::int32_t>(samples.size()));
  const Bytes fixed_window = clip_wise(settings, samples, 9);
  EXPECT_EQ(Bytes(fixed.newest(), fixed.newest() + 10), Bytes(fixed_window.end() - 10, fixed_window.end()));
  settings.arithmetic = Arithmetic::kFloat;
  settings.normalize = ClipNormalization::kMean;
  FloatStream normalized(settings);
  (void)normalized.push(samples.data(), static_cast<std::int32_t>(samples.size()));
  EXPECT_EQ(normalized.newest(), nullptr);
}

TEST(Stream, ResetStartsAnew) {
  FeatureSettings settings = feature_preset("mlperf-tiny");
  const auto samples = test::make_signal(480 + 6 * 320, 8);
  const auto count = static_cast<std::int32_t>(samples.size());
  Bytes input(kFrames * 10);
  FloatStream stream(settings);
  (void)stream.push(samples.data(), 777);
  mote_stream_reset(&stream.stream);
  (void)stream.push(samples.data(), count);
  ASSERT_EQ(stream.read(input), MOTE_OK);
  EXPECT_EQ(input, clip_wise(settings, samples, 6));
  settings.arithmetic = Arithmetic::kFixed;
  FixedStream fixed(settings);
  (void)fixed.push(samples.data(), 777);
  mote_fixed_stream_reset(&fixed.stream);
  (void)fixed.push(samples.data(), count);
  ASSERT_EQ(fixed.read(input), MOTE_OK);
  EXPECT_EQ(input, clip_wise(settings, samples, 6));
}

TEST(Stream, RefusesFramesThatNeedSamplesToCome) {
  const BakedFrontend librosa(feature_preset("librosa"));
  const mote_stream_settings settings{&librosa.frontend(), MOTE_SAMPLE_S16, kFrames, kScale, kZeroPoint};
  std::vector<float> memory(20000);
  mote_stream stream{};
  EXPECT_EQ(mote_stream_bytes(&settings), 0U);
  EXPECT_EQ(mote_stream_init(&stream, &settings, memory.data(), 80000), MOTE_ERROR_DSP_NOT_STREAMING);
  FeatureSettings fixed = feature_preset("librosa");
  fixed.arithmetic = Arithmetic::kFixed;
  const BakedFixedFrontend baked(fixed);
  const auto thresholds = quantize_thresholds(baked.feature_unit(), kScale, kZeroPoint);
  const mote_fixed_stream_settings fixed_settings{&baked.frontend(), thresholds.data(), kFrames};
  mote_fixed_stream fixed_stream{};
  EXPECT_EQ(mote_fixed_stream_bytes(&fixed_settings), 0U);
  EXPECT_EQ(mote_fixed_stream_init(&fixed_stream, &fixed_settings, memory.data(), 80000), MOTE_ERROR_DSP_NOT_STREAMING);
}

TEST(Stream, RefusesWrongSettingsMemoryAndCalls) {
  FloatStream good(feature_preset("mlperf-tiny"));
  mote_stream stream{};
  const auto init = [&](mote_stream_settings settings, std::size_t bytes, std::size_t offset) {
    return mote_stream_init(&stream, &settings, reinterpret_cast<char*>(good.memory.data()) + offset, bytes);
  };
  const std::size_t bytes = mote_stream_bytes(&good.settings);
  mote_stream_settings settings = good.settings;
  EXPECT_EQ(init(settings, bytes - 1, 0), MOTE_ERROR_DSP_MEMORY);
  EXPECT_EQ(init(settings, bytes, 2), MOTE_ERROR_DSP_MEMORY);
  settings.frames = 0;
  EXPECT_EQ(init(settings, bytes, 0), MOTE_ERROR_DSP_SETTINGS);
  settings = good.settings;
  settings.input_scale = 0.0F;
  EXPECT_EQ(init(settings, bytes, 0), MOTE_ERROR_DSP_SETTINGS);
  settings = good.settings;
  settings.frontend = nullptr;
  EXPECT_EQ(init(settings, bytes, 0), MOTE_ERROR_NULL_POINTER);
  const float sample = 0.0F;
  EXPECT_EQ(mote_stream_push_f32(&good.stream, &sample, 1, nullptr), MOTE_ERROR_DSP_SETTINGS);
  EXPECT_EQ(mote_stream_push_s16(&good.stream, nullptr, 1, nullptr), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(mote_stream_read(&good.stream, nullptr), MOTE_ERROR_NULL_POINTER);
}

TEST(Stream, RefusesWrongSettingsMemoryAndCallsInFixedPointToo) {
  FeatureSettings features = feature_preset("mlperf-tiny");
  features.arithmetic = Arithmetic::kFixed;
  FixedStream good(features);
  mote_fixed_stream stream{};
  const std::size_t bytes = mote_fixed_stream_bytes(&good.settings);
  mote_fixed_stream_settings settings = good.settings;
  EXPECT_EQ(mote_fixed_stream_init(&stream, &settings, good.memory.data(), bytes - 1), MOTE_ERROR_DSP_MEMORY);
  settings.frames = 0;
  EXPECT_EQ(mote_fixed_stream_init(&stream, &settings, good.memory.data(), bytes), MOTE_ERROR_DSP_SETTINGS);
  settings = good.settings;
  settings.thresholds = nullptr;
  EXPECT_EQ(mote_fixed_stream_init(&stream, &settings, good.memory.data(), bytes), MOTE_ERROR_NULL_POINTER);
  const std::int16_t sample = 0;
  EXPECT_EQ(mote_fixed_stream_push(&good.stream, &sample, -1, nullptr), MOTE_ERROR_DSP_SETTINGS);
  EXPECT_EQ(mote_fixed_stream_push(&good.stream, nullptr, 1, nullptr), MOTE_ERROR_NULL_POINTER);
}

}  // namespace
}  // namespace mote::dsp
