#include "mote/data/noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "mote/data/augment_steps.h"

namespace mote::data {
namespace {

constexpr int kRate_hz = 16000;
using Generator = std::function<void(Rng&, std::span<float>)>;

std::vector<float> make(const Generator& generator, std::uint64_t seed, std::size_t samples = 16000) {
  Rng rng(seed);
  std::vector<float> out(samples);
  generator(rng, out);
  return out;
}

// Mean power of some frequencies within [low, high), in dB.
double band_db(std::span<const float> values, double low_hz, double high_hz) {
  double power = 0.0;
  constexpr int kTones = 60;
  for (int tone = 0; tone < kTones; ++tone) {
    const double frequency_hz = low_hz + (high_hz - low_hz) * tone / kTones;
    double real = 0.0;
    double imaginary = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double angle = 2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / kRate_hz;
      real += static_cast<double>(values[i]) * std::cos(angle);
      imaginary += static_cast<double>(values[i]) * std::sin(angle);
    }
    power += real * real + imaginary * imaginary;
  }
  return 10.0 * std::log10(power / kTones);
}

const std::vector<std::pair<const char*, Generator>>& generators() {
  static const std::vector<std::pair<const char*, Generator>> all = {
      {"white", [](Rng& rng, std::span<float> out) { white_noise(rng, out); }},
      {"pink", [](Rng& rng, std::span<float> out) { pink_noise(rng, kRate_hz, out); }},
      {"brown", [](Rng& rng, std::span<float> out) { brown_noise(rng, kRate_hz, out); }},
      {"blue", [](Rng& rng, std::span<float> out) { coloured_noise(rng, -1.0, kRate_hz, out); }},
      {"hum", [](Rng& rng, std::span<float> out) { hum_noise(rng, 50.0, kRate_hz, out); }},
      {"impulses", [](Rng& rng, std::span<float> out) { impulse_noise(rng, 20.0, kRate_hz, out); }},
      {"generated",
       [](Rng& rng, std::span<float> out) {
         generated_noise(rng, {0.0, 1.2}, kRate_hz, out);
       }},
  };
  return all;
}

TEST(Noise, HasTheSameSamplesForTheSameSeedOnly) {
  for (const auto& [name, generator] : generators()) {
    EXPECT_EQ(make(generator, 1), make(generator, 1)) << name;
    EXPECT_NE(make(generator, 1), make(generator, 2)) << name;
  }
}

TEST(Noise, HasAnRmsOfATenthAndNoOffset) {
  for (const auto& [name, generator] : generators()) {
    const std::vector<float> noise = make(generator, 5);
    EXPECT_NEAR(rms(noise), 0.1, 1e-4) << name;
    double mean = 0.0;
    for (float x : noise) mean += x;
    EXPECT_LT(std::abs(mean / static_cast<double>(noise.size())), 0.05) << name;
  }
}

TEST(Noise, FillsSpansOfAnyLength) {
  for (const auto& [name, generator] : generators()) {
    for (std::size_t length : {0U, 1U, 7U, 100U, 5000U}) {
      for (float x : make(generator, 3, length)) ASSERT_TRUE(std::isfinite(x)) << name;
    }
  }
}

TEST(ColouredNoise, FallsBy3DbAnOctaveTimesItsExponent) {
  const auto slope = [](const Generator& generator) {
    double sum = 0.0;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      const std::vector<float> noise = make(generator, seed, 8000);
      sum += band_db(noise, 300.0, 500.0) - band_db(noise, 2400.0, 4000.0);  // three octaves apart
    }
    return sum / 4.0 / 3.0;
  };
  EXPECT_NEAR(slope(generators()[0].second), 0.0, 0.7);
  EXPECT_NEAR(slope(generators()[1].second), 3.0, 0.7);
  EXPECT_NEAR(slope(generators()[2].second), 6.0, 0.8);
  EXPECT_NEAR(slope(generators()[3].second), -3.0, 0.7);
}

TEST(HumNoise, LiesAtTheMainsFrequency) {
  const std::vector<float> hum = make(generators()[4].second, 1);
  EXPECT_GT(band_db(hum, 49.9, 50.1), band_db(hum, 60.0, 90.0) + 20.0);
}

TEST(ImpulseNoise, IsSilentBetweenItsBursts) {
  const std::vector<float> knocks =
      make([](Rng& rng, std::span<float> out) { impulse_noise(rng, 2.0, kRate_hz, out); }, 3);
  EXPECT_GT(std::count(knocks.begin(), knocks.end(), 0.0F), 4000);
}

TEST(BabbleNoise, MixesClipsAndIsSilentWhereAllOfThemAre) {
  const std::vector<float> low = make(generators()[4].second, 1, 3000);
  const std::vector<float> silent(500, 0.0F);
  const std::vector<std::span<const float>> clips = {low};
  const std::vector<std::span<const float>> none = {silent};
  EXPECT_NEAR(rms(make([&](Rng& rng, std::span<float> out) { babble_noise(rng, clips, 4, out); }, 1)), 0.1, 1e-4);
  EXPECT_EQ(peak(make([&](Rng& rng, std::span<float> out) { babble_noise(rng, none, 4, out); }, 1)), 0.0);
}

TEST(RecordedNoise, IsAStretchOfARecordingAtItsOwnLevel) {
  std::vector<float> ramp(1000);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i);
  const std::vector<std::span<const float>> recordings = {ramp};
  const Generator generator = [&](Rng& rng, std::span<float> out) { recorded_noise(rng, recordings, out); };
  const std::vector<float> part = make(generator, 1, 100);
  for (std::size_t i = 1; i < part.size(); ++i) ASSERT_EQ(part[i], part[i - 1] + 1.0F);
  const std::vector<float> wrapped = make(generator, 1, 2500);
  for (std::size_t i = 1; i < wrapped.size(); ++i) ASSERT_EQ(wrapped[i], std::fmod(wrapped[i - 1] + 1.0F, 1000.0F));
}

}  // namespace
}  // namespace mote::data
