#include "mote/data/audio.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "mote/base/file.h"
#include "shared_data.h"
#include "test_files.h"

namespace mote::data {
namespace {

using test::Wav;
using test::wav_of;

std::vector<std::int16_t> sine(double hz, int rate_hz, int samples) {
  std::vector<std::int16_t> values;
  for (int i = 0; i < samples; ++i) {
    values.push_back(static_cast<std::int16_t>(std::lround(16384 * std::sin(2 * std::numbers::pi * hz * i / rate_hz))));
  }
  return values;
}

void expect_problem(std::span<const std::uint8_t> bytes, const std::string& part) {
  const Result<Recording> result = decode_audio(bytes, "clip.wav", {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.failure().source, "clip.wav");
  EXPECT_NE(result.failure().problem.find(part), std::string::npos) << result.failure().message();
  EXPECT_TRUE(result.failure().problem.starts_with("wanted ")) << result.failure().message();
}

TEST(AudioReader, TakesSixteenBitSamplesStraight) {
  const std::vector<std::int16_t> samples = {0, 1, -1, 32767, -32768};
  const auto result = decode_audio(wav_of(Wav{}, samples), "a.wav", {});
  ASSERT_TRUE(result.ok());
  const Recording& clip = result.value();
  EXPECT_EQ(clip.channels, 1);
  EXPECT_EQ(clip.samples, 5);
  EXPECT_EQ(clip.rate_hz, 16000);
  for (std::size_t i = 0; i < samples.size(); ++i) EXPECT_EQ(clip.values[i], static_cast<float>(samples[i]) / 32768.0F);
}

TEST(AudioReader, MixesChannelsByTheirMean) {
  const auto result =
      decode_audio(wav_of(Wav{.channels = 2}, std::vector<std::int16_t>{16384, 0, -16384, -16384}), "a.wav", {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().values, (std::vector<float>{0.25F, -0.5F}));
}

TEST(AudioReader, KeepsToneAndDurationWhenItResamples) {
  for (const int from_hz : {8000, 44100, 48000}) {
    const auto result = decode_audio(
        wav_of(Wav{.rate_hz = static_cast<std::uint32_t>(from_hz)}, sine(440, from_hz, from_hz)), "a.wav", {});
    ASSERT_TRUE(result.ok());
    ASSERT_EQ(result.value().samples, 16000) << from_hz;
    double worst = 0;
    for (int i = 1000; i < 15000; ++i) {
      const double wanted = 0.5 * std::sin(2 * std::numbers::pi * 440 * i / 16000);
      worst =
          std::max(worst, std::abs(wanted - static_cast<double>(result.value().values[static_cast<std::size_t>(i)])));
    }
    EXPECT_LT(worst, 1e-3) << from_hz;
  }
}

TEST(AudioReader, RemovesWhatTheNewRateCannotHold) {
  const auto result = decode_audio(wav_of(Wav{.rate_hz = 48000}, sine(12000, 48000, 48000)), "a.wav", {});
  ASSERT_TRUE(result.ok());
  for (int i = 1000; i < 15000; ++i) ASSERT_LT(std::abs(result.value().values[static_cast<std::size_t>(i)]), 1e-3F);
}

TEST(AudioReader, BringsClipsToTheWantedLength) {
  AudioSettings settings;
  settings.length_samples = 8;
  settings.fit = Fit::kStart;
  const auto result = decode_audio(wav_of(Wav{}, std::vector<std::int16_t>{16384, 16384}), "a.wav", settings);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().values, (std::vector<float>{0.5F, 0.5F, 0, 0, 0, 0, 0, 0}));
}

TEST(AudioReader, NamesAnEmptyFile) {
  expect_problem({}, "an empty file");
}

TEST(AudioReader, NamesAFileThatIsNotAudio) {
  const std::string text = "These are words, not sound. They go on for long enough to be taken for a header.";
  expect_problem(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), "something else");
}

TEST(AudioReader, NamesAWavFileThatIsTruncatedAnywhere) {
  const auto whole = wav_of(Wav{}, sine(440, 16000, 1000));
  for (const std::size_t size :
       {whole.size() - 1, whole.size() / 2, std::size_t{50}, std::size_t{44}, std::size_t{40}, std::size_t{20}}) {
    expect_problem(std::span(whole).first(size), "truncated");
  }
}

TEST(AudioReader, NamesARateOfZero) {
  expect_problem(wav_of(Wav{.rate_hz = 0}, sine(440, 16000, 100)), "rate above 0 Hz");
}

TEST(AudioReader, NamesAFileWithoutSamples) {
  expect_problem(wav_of(Wav{}, std::vector<std::int16_t>{}), "without samples");
}

TEST(AudioReader, NamesTheFrameThatIsNotANumber) {
  const std::vector<float> samples = {0.1F, 0.2F, std::numeric_limits<float>::quiet_NaN(), 0.3F};
  expect_problem(wav_of(Wav{.format = 3, .bits = 32}, samples), "nan at frame 2");
  const std::vector<float> endless = {0.1F, std::numeric_limits<float>::infinity()};
  expect_problem(wav_of(Wav{.format = 3, .bits = 32}, endless), "inf at frame 1");
}

TEST(AudioReader, NamesSamplesThatOverflowInResampling) {
  const std::vector<float> huge(1000, std::numeric_limits<float>::max());
  expect_problem(wav_of(Wav{.format = 3, .rate_hz = 8000, .bits = 32}, huge), "near full scale");
}

TEST(AudioReader, RefusesARateTooFarAway) {
  expect_problem(wav_of(Wav{.rate_hz = 10}, sine(1, 10, 100)), "factor 256");
}

TEST(AudioReader, RefusesAClipLongerThanTheLimit) {
  AudioSettings settings;
  settings.longest_s = 0.5;
  const auto result = decode_audio(wav_of(Wav{}, sine(440, 16000, 16000)), "a.wav", settings);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.failure().problem.find("at most 0.5 s"), std::string::npos);
}

TEST(AudioReader, NamesAFileThatIsMissing) {
  const auto result = read_audio("/nowhere/clip.wav", {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.failure().source, "/nowhere/clip.wav");
}

TEST(AudioReader, RefusesSettingsOutOfRange) {
  AudioSettings settings;
  settings.rate_hz = 0;
  test::expect_error(ErrorCode::kInvalid, {"audio.rate_hz"}, [&] { settings.validate(); });
}

TEST(AudioReader, ReadsRealFlacAndNamesItWhenCutInHalf) {
  MOTE_SKIP_WITHOUT_SHARED("data/speech-commands-mini");
  const auto path = test::shared_path("data/speech-commands-mini/yes/022cd682_nohash_0.flac");
  const auto clip = read_audio(path, {});
  ASSERT_TRUE(clip.ok());
  EXPECT_EQ(clip.value().samples, 16000);

  const std::vector<std::uint8_t> bytes = read_binary_file(path);
  expect_problem(std::span(bytes).first(bytes.size() / 2), "truncated");
}

TEST(Resample, MovesLabelledSpansAlong) {
  Recording recording;
  recording.samples = 100;
  recording.rate_hz = 100;
  recording.values.assign(100, 0.5F);
  recording.spans = {{0, 50, "a"}, {50, 100, "b"}};
  const Recording twice = resample(recording, 200, Resampling::kMedium);
  EXPECT_EQ(twice.samples, 200);
  EXPECT_EQ(twice.spans, (std::vector<LabelledSpan>{{0, 100, "a"}, {100, 200, "b"}}));
}

}  // namespace
}  // namespace mote::data
