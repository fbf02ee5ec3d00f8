#include "mote/data/augment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <thread>

#include "mote/base/error.h"
#include "mote/data/augment_steps.h"

namespace mote::data {
namespace {

using ::testing::HasSubstr;

constexpr int kRate_hz = 16000;
constexpr std::int64_t kWindow = 16000;

std::vector<float> tone(double frequency_hz, std::size_t samples, double amplitude = 0.5) {
  std::vector<float> values(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    values[i] = static_cast<float>(amplitude *
                                   std::sin(2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / kRate_hz));
  }
  return values;
}

// Amplitude of the sine of that frequency in `values`.
double amplitude_at(std::span<const float> values, double frequency_hz) {
  double real = 0.0;
  double imaginary = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double angle = 2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / kRate_hz;
    real += static_cast<double>(values[i]) * std::cos(angle);
    imaginary += static_cast<double>(values[i]) * std::sin(angle);
  }
  return 2.0 * std::hypot(real, imaginary) / static_cast<double>(values.size());
}

std::vector<float> apply(const Augmenter& augmenter, const std::vector<float>& clip, const AugmentKey& key) {
  std::vector<float> window(static_cast<std::size_t>(augmenter.window_samples()));
  augmenter.apply(clip, key, window);
  return window;
}

std::string message_of(const AugmentSettings& settings) {
  try {
    settings.validate();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalid);
    return error.what();
  }
  return "";
}

TEST(ChangeSpeed, ShortensTheClipAndRaisesItsPitchByTheFactor) {
  const std::vector<float> faster = change_speed(tone(1000.0, 8000), 1.25);
  EXPECT_EQ(faster.size(), 6400U);
  EXPECT_NEAR(amplitude_at(std::span(faster).subspan(400, 5600), 1250.0), 0.5, 0.01);
  const std::vector<float> slower = change_speed(tone(1000.0, 8000), 0.8);
  EXPECT_EQ(slower.size(), 10000U);
  EXPECT_NEAR(amplitude_at(std::span(slower).subspan(800, 8400), 800.0), 0.5, 0.01);
}

TEST(ChangeSpeed, LeavesNothingThatWouldFoldBack) {
  const std::vector<float> faster = change_speed(tone(7500.0, 16000), 1.5);  // 11,250 Hz lies above the half rate
  EXPECT_LT(rms(std::span(faster).subspan(200, 10000)), 0.005);
}

TEST(ShiftPitch, MovesThePitchAndKeepsTheLength) {
  const std::vector<float> shifted = shift_pitch(tone(440.0, 16000), 4.0, kRate_hz);
  ASSERT_EQ(shifted.size(), 16000U);
  const double wanted_hz = 440.0 * std::round(std::exp2(4.0 / 12.0) * 160.0) / 160.0;
  EXPECT_GT(amplitude_at(std::span(shifted).subspan(2000, 8000), wanted_hz), 0.3);
  EXPECT_LT(amplitude_at(std::span(shifted).subspan(2000, 8000), 440.0), 0.1);
}

TEST(StretchTime, KeepsThePitchAndMultipliesTheLength) {
  const std::vector<float> longer = stretch_time(tone(300.0, 8000), 1.5, kRate_hz);
  ASSERT_EQ(longer.size(), 12000U);
  EXPECT_GT(amplitude_at(std::span(longer).subspan(1000, 10000), 300.0), 0.4);
}

TEST(ClipHard, CutsOffAtFullScale) {
  std::vector<float> samples = tone(200.0, 1600, 0.1);
  clip_hard(samples, 3.0);
  EXPECT_DOUBLE_EQ(peak(samples), 1.0);
  EXPECT_GT(rms(samples), 0.8);  // nearly a square wave
  std::vector<float> silence(100, 0.0F);
  clip_hard(silence, 3.0);
  EXPECT_EQ(peak(silence), 0.0);
}

TEST(PlaceInside, KeepsTheShorterOneInsideTheLonger) {
  EXPECT_EQ(place_inside(400, 1000, 0), 300);
  EXPECT_EQ(place_inside(400, 1000, -10000), 0);
  EXPECT_EQ(place_inside(400, 1000, 10000), 600);
  EXPECT_EQ(place_inside(1200, 1000, 0), -100);
  EXPECT_EQ(place_inside(1200, 1000, 10000), 0);
}

TEST(RoomResponse, HasTheTailEnergyAskedForAndFadesBy60DbInT60) {
  Rng rng(3);
  const std::vector<float> response = room_response(rng, 0.3, 0.004, 0.5, kRate_hz);
  EXPECT_EQ(response[0], 1.0F);
  EXPECT_EQ(peak(std::span(response).subspan(1, 62)), 0.0);
  const auto tail = std::span(response).subspan(1);
  EXPECT_NEAR(rms(tail) * std::sqrt(static_cast<double>(tail.size())), 0.5, 1e-3);
  const double early = rms(tail.subspan(80, 400));
  const double late = rms(tail.subspan(80 + 2400, 400));  // 0.15 s later: 30 dB
  EXPECT_NEAR(20.0 * std::log10(early / late), 30.0, 3.0);
}

TEST(RoomResponse, IsNoLongerThanFourTenthsOfASecond) {
  Rng rng(4);
  EXPECT_LE(room_response(rng, 3.0, 0.004, 0.5, kRate_hz).size(), 6401U);
}

TEST(EqualizerGain, IsTheTiltPlusThePoints) {
  const std::vector<double> flat(7, 0.0);
  EXPECT_NEAR(equalizer_gain_db(2000.0, 3.0, flat), 3.0, 1e-9);
  EXPECT_NEAR(equalizer_gain_db(500.0, 3.0, flat), -3.0, 1e-9);
  const std::vector<double> points = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0};
  EXPECT_NEAR(equalizer_gain_db(60.0, 0.0, points), 1.0, 1e-9);
  EXPECT_NEAR(equalizer_gain_db(8000.0, 0.0, points), 7.0, 1e-9);
  EXPECT_NEAR(equalizer_gain_db(std::sqrt(60.0 * 8000.0), 0.0, points), 4.0, 1e-9);
  EXPECT_NEAR(equalizer_gain_db(20000.0, 0.0, points), 7.0, 1e-9);
}

TEST(BandGain, FallsBy3DbAtItsCornersAndBy12And18DbAnOctaveBeyond) {
  EXPECT_NEAR(20.0 * std::log10(band_gain(300.0, 300.0, 1e6)), -3.01, 0.01);
  EXPECT_NEAR(20.0 * std::log10(band_gain(37.5, 300.0, 1e6) / band_gain(75.0, 300.0, 1e6)), -12.0, 0.1);
  EXPECT_NEAR(20.0 * std::log10(band_gain(3000.0, 1.0, 3000.0)), -3.01, 0.01);
  EXPECT_NEAR(20.0 * std::log10(band_gain(24000.0, 1.0, 3000.0) / band_gain(12000.0, 1.0, 3000.0)), -18.0, 0.1);
}

TEST(AddNoise, ReachesTheSignalToNoiseRatio) {
  std::vector<float> window = tone(500.0, 16000);
  const std::vector<float> clean = window;
  const std::vector<float> noise = tone(3000.0, 16000, 0.01);
  add_noise(window, noise, rms(clean), 12.0);
  std::vector<float> added(window.size());
  for (std::size_t i = 0; i < window.size(); ++i) added[i] = window[i] - clean[i];
  EXPECT_NEAR(20.0 * std::log10(rms(clean) / rms(added)), 12.0, 0.01);
}

TEST(AddNoise, LeavesSilentNoiseOutAndTakesNoiseAsItIsWhereNothingIsSpoken) {
  std::vector<float> window = tone(500.0, 1600);
  const std::vector<float> clean = window;
  add_noise(window, std::vector<float>(1600, 0.0F), rms(clean), 12.0);
  EXPECT_EQ(window, clean);
  std::vector<float> silence(1600, 0.0F);
  add_noise(silence, clean, 0.0, 12.0);
  EXPECT_EQ(silence, clean);
}

TEST(SetPeak, PutsThePeakAtTheLevel) {
  std::vector<float> samples = tone(500.0, 1600);
  set_peak(samples, -20.0);
  EXPECT_NEAR(peak(samples), 0.1, 1e-6);
}

TEST(Augmenter, OffCentresTheClipAndChangesNothingElse) {
  const Augmenter augmenter(augment_preset("off"), {}, kRate_hz, kWindow);
  const std::vector<float> clip = tone(700.0, 4000);
  const std::vector<float> window = apply(augmenter, clip, {1, 2, 3});
  EXPECT_EQ(std::vector<float>(window.begin() + 6000, window.begin() + 10000), clip);
  EXPECT_EQ(peak(std::span(window).first(6000)), 0.0);
  EXPECT_EQ(peak(std::span(window).subspan(10000)), 0.0);
}

TEST(Augmenter, GivesTheSameWindowInAnyOrderAndOnAnyThread) {
  const std::vector<float> noise = tone(90.0, 40000);
  const std::vector<float> talk = tone(400.0, 3000);
  AugmentSettings settings = augment_preset("synth");
  settings.pitch.probability = 0.3;
  const Augmenter augmenter(settings, {.noise = {noise}, .babble = {talk}}, kRate_hz, kWindow);
  const std::vector<float> clip = tone(700.0, 5000);
  std::vector<std::vector<float>> forward(24);
  for (std::uint64_t i = 0; i < forward.size(); ++i) forward[i] = apply(augmenter, clip, {7, i, 1});
  std::vector<std::vector<float>> threaded(forward.size());
  const auto half = [&](std::uint64_t odd) {
    for (std::uint64_t i = forward.size(); i-- > 0;) {
      if (i % 2 == odd) threaded[i] = apply(augmenter, clip, {7, i, 1});
    }
  };
  std::thread other(half, 1);
  half(0);
  other.join();
  EXPECT_EQ(forward, threaded);
}

TEST(Augmenter, GivesAnotherWindowForAnotherSeedClipOrPass) {
  const Augmenter augmenter(augment_preset("synth"), {}, kRate_hz, kWindow);
  const std::vector<float> clip = tone(700.0, 5000);
  const std::vector<float> window = apply(augmenter, clip, {1, 1, 1});
  EXPECT_NE(window, apply(augmenter, clip, {2, 1, 1}));
  EXPECT_NE(window, apply(augmenter, clip, {1, 2, 1}));
  EXPECT_NE(window, apply(augmenter, clip, {1, 1, 2}));
}

TEST(Augmenter, DrawsEachStepWhetherOrNotOthersAreOn) {
  AugmentSettings settings;
  settings.position.deviation_s = 0.1;
  const std::vector<float> clip = tone(700.0, 3000);
  const std::vector<float> plain = apply(Augmenter(settings, {}, kRate_hz, kWindow), clip, {1, 1, 1});
  settings.gain.probability = 1.0;
  const std::vector<float> gained = apply(Augmenter(settings, {}, kRate_hz, kWindow), clip, {1, 1, 1});
  const double factor = peak(gained) / peak(plain);
  for (std::size_t i = 0; i < plain.size(); ++i) ASSERT_NEAR(gained[i], plain[i] * static_cast<float>(factor), 1e-6F);
}

TEST(Augmenter, KeepsEverySampleFiniteAndInFullScale) {
  const Augmenter augmenter(augment_preset("synth"), {}, kRate_hz, kWindow);
  const std::vector<float> clip = tone(700.0, 9000, 1.0);
  for (std::uint64_t i = 0; i < 60; ++i) {
    for (float x : apply(augmenter, clip, {5, i, 0})) {
      ASSERT_TRUE(std::isfinite(x));
      ASSERT_LE(std::abs(x), 1.0F);
    }
  }
}

TEST(Augmenter, SetsThePeakWithinTheRangeOfLevels) {
  const Augmenter augmenter(augment_preset("synth"), {}, kRate_hz, kWindow);
  const std::vector<float> clip = tone(700.0, 9000);
  double lowest = 1.0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const double level = peak(apply(augmenter, clip, {6, i, 0}));
    ASSERT_GE(level, db_to_amplitude(-26.0) * 0.999);
    lowest = std::min(lowest, level);
  }
  EXPECT_LT(lowest, 0.1);
}

TEST(Augmenter, AddsNoiseInTheRangeOfRatios) {
  AugmentSettings settings;
  settings.noise.probability = 1.0;
  settings.noise.snr_db = {10.0, 10.0};
  const Augmenter augmenter(settings, {}, kRate_hz, kWindow);
  const std::vector<float> clip = tone(700.0, 8000, 0.1);
  const std::vector<float> window = apply(augmenter, clip, {1, 1, 1});
  std::vector<float> added(window);
  for (std::size_t i = 0; i < clip.size(); ++i) added[4000 + i] -= clip[i];
  EXPECT_NEAR(20.0 * std::log10(rms(clip) / rms(added)), 10.0, 0.05);
}

TEST(Augmenter, ARoomAddsTheEnergyOfItsTailAndNoMore) {
  AugmentSettings settings;
  settings.room.probability = 1.0;
  const Augmenter augmenter(settings, {}, kRate_hz, kWindow);
  Rng rng(1);
  std::vector<float> clip(6000);
  for (float& x : clip) x = static_cast<float>(0.05 * rng.normal());
  for (std::uint64_t i = 0; i < 20; ++i) {
    const std::vector<float> window = apply(augmenter, clip, {2, i, 0});
    const double ratio = rms(window) * std::sqrt(16000.0) / (rms(clip) * std::sqrt(6000.0));
    EXPECT_GT(ratio, 0.9);
    EXPECT_LT(ratio, 1.6);  // sqrt(1 + 1^2), and what the tail happens to have in common with the clip
  }
}

TEST(Augmenter, BandLimitsTakeTheEndsOfTheSpectrum) {
  AugmentSettings settings;
  settings.band.probability = 1.0;
  settings.band.high_hz = {3000.0, 3000.0};
  const Augmenter augmenter(settings, {}, kRate_hz, kWindow);
  const std::vector<float> high = apply(augmenter, tone(7000.0, 16000), {1, 1, 1});
  const std::vector<float> middle = apply(augmenter, tone(1000.0, 16000), {1, 1, 1});
  EXPECT_LT(peak(std::span(high).subspan(1000, 14000)), 0.06);
  EXPECT_GT(peak(std::span(middle).subspan(1000, 14000)), 0.45);
}

TEST(Augmenter, TakesEmptyClipsLongClipsAndClipsShiftedOutOfTheWindow) {
  AugmentSettings settings = augment_preset("synth");
  settings.position.shift_s = 3.0;
  const Augmenter augmenter(settings, {}, kRate_hz, kWindow);
  for (std::size_t length : {0U, 1U, 3U, 500U, 16000U, 40000U}) {
    for (std::uint64_t i = 0; i < 8; ++i) {
      for (float x : apply(augmenter, tone(500.0, length), {1, i, length})) ASSERT_TRUE(std::isfinite(x));
    }
  }
}

TEST(Augmenter, RefusesARateOrWindowOutOfRangeAndAnEmptySource) {
  const std::vector<float> nothing;
  EXPECT_THROW(Augmenter({}, {}, 100, kWindow), Error);
  EXPECT_THROW(Augmenter({}, {}, kRate_hz, 0), Error);
  EXPECT_THROW(Augmenter({}, {.noise = {nothing}, .babble = {}}, kRate_hz, kWindow), Error);
  AugmentSettings settings;
  settings.gain.probability = 2.0;
  EXPECT_THROW(Augmenter(settings, {}, kRate_hz, kWindow), Error);
}

TEST(AugmentSettings, NamesTheFieldThatIsOutOfRange) {
  AugmentSettings settings;
  EXPECT_EQ(message_of(settings), "");
  settings.noise.probability = 1.5;
  EXPECT_THAT(message_of(settings), HasSubstr("[noise.probability] wanted a number in [0, 1], got 1.5"));
  settings = {};
  settings.noise.snr_db = {20.0, 10.0};
  EXPECT_THAT(message_of(settings), HasSubstr("[noise.snr_db]"));
  settings = {};
  settings.noise.babble_share = 0.5;
  EXPECT_THAT(message_of(settings), HasSubstr("[noise.recorded_share + noise.babble_share]"));
  settings = {};
  settings.speed.factor.high = std::nan("");
  EXPECT_THAT(message_of(settings), HasSubstr("[speed.factor]"));
}

TEST(AugmentSettings, RefusesEveryNumberThatIsNotFinite) {
  const auto spoil = [](AugmentSettings& settings, int which) {
    int at = 0;
    visit_fields(settings, [&](std::string_view, auto& field, std::string_view) {
      using Field = std::remove_reference_t<decltype(field)>;
      if constexpr (std::is_same_v<Field, double>) {
        if (at++ == which) field = std::nan("");
      } else if constexpr (std::is_same_v<Field, Range>) {
        if (at++ == which) field.low = -INFINITY;
      }
    });
    return which < at;
  };
  for (int which = 0;; ++which) {
    AugmentSettings settings;
    if (!spoil(settings, which)) break;
    EXPECT_THROW(settings.validate(), Error) << "number " << which;
  }
}

TEST(AugmentSettings, AreVisitedUnderDifferentNamesWithHelp) {
  std::map<std::string, int> names;
  const AugmentSettings settings;
  visit_fields(settings, [&](std::string_view name, const auto&, std::string_view help) {
    ++names[std::string(name)];
    EXPECT_FALSE(help.empty());
  });
  EXPECT_GE(names.size(), 25U);
  for (const auto& [name, count] : names) EXPECT_EQ(count, 1) << name;
  EXPECT_TRUE(names.contains("noise.path"));
}

TEST(AugmentPreset, EveryNameGivesValidSettingsAndAnotherNameIsRefused) {
  for (std::string_view name : augment_preset_names()) EXPECT_NO_THROW(augment_preset(name).validate());
  try {
    augment_preset("synht");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalid);
    EXPECT_THAT(error.what(), HasSubstr("wanted off, light or synth, got 'synht'"));
  }
}

}  // namespace
}  // namespace mote::data
