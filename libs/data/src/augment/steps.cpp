#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "augment/fast_noise.h"
#include "augment/polyphase.h"
#include "mote/data/augment_steps.h"

namespace mote::data {
namespace {

constexpr std::int64_t kSpeedSteps = 160;
constexpr double kLongestTail_s = 0.4;
constexpr double kLowestPoint_hz = 60.0;
constexpr double kHighestPoint_hz = 8000.0;
constexpr double kTiltCentre_hz = 1000.0;

}  // namespace

double rms(std::span<const float> samples) {
  if (samples.empty()) return 0.0;
  double sum = 0.0;
  for (float x : samples) sum += static_cast<double>(x) * static_cast<double>(x);
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

double peak(std::span<const float> samples) {
  float greatest = 0.0F;
  for (float x : samples) greatest = std::max(greatest, std::abs(x));
  return static_cast<double>(greatest);
}

double db_to_amplitude(double db) {
  return std::pow(10.0, db / 20.0);
}

void scale(std::span<float> samples, double factor) {
  const auto gain = static_cast<float>(factor);
  for (float& x : samples) x *= gain;
}

std::vector<float> change_speed(std::span<const float> samples, double factor) {
  assert(factor >= 0.25 && factor <= 4.0);
  const std::int64_t steps = std::llround(factor * static_cast<double>(kSpeedSteps));
  if (steps == kSpeedSteps) return {samples.begin(), samples.end()};
  return Polyphase::shared(kSpeedSteps, steps).apply(samples);
}

std::vector<float> shift_pitch(std::span<const float> samples, double semitones, int rate_hz) {
  assert(std::abs(semitones) <= 12.0);
  const double factor = std::exp2(semitones / 12.0);
  std::vector<float> result = change_speed(stretch_time(samples, factor, rate_hz), factor);
  result.resize(samples.size(), 0.0F);
  return result;
}

void clip_hard(std::span<float> samples, double drive) {
  const double greatest = peak(samples);
  if (greatest <= 0.0) return;
  const auto gain = static_cast<float>(drive / greatest);
  for (float& x : samples) x = std::clamp(x * gain, -1.0F, 1.0F);
}

std::int64_t place_inside(std::int64_t clip_samples, std::int64_t window_samples, std::int64_t offset_samples) {
  const std::int64_t room = window_samples - clip_samples;
  return std::clamp(room / 2 + offset_samples, std::min<std::int64_t>(0, room), std::max<std::int64_t>(0, room));
}

std::vector<float> room_response(Rng& rng, double t60_s, double delay_s, double tail_ratio, int rate_hz) {
  const double rate = static_cast<double>(rate_hz);
  const auto length = static_cast<std::size_t>(std::min(t60_s, kLongestTail_s) * rate) + 1;
  const auto delay = std::max<std::size_t>(1, static_cast<std::size_t>(delay_s * rate));
  std::vector<float> response(length, 0.0F);
  const auto decay = static_cast<float>(std::exp(-std::numbers::ln10 * 3.0 / (t60_s * rate)));  // 60 dB in t60_s
  float envelope = std::pow(decay, static_cast<float>(delay));
  double energy = 0.0;
  for (std::size_t i = delay; i < length; ++i) {
    response[i] = bell_noise(rng) * envelope;
    envelope *= decay;
    energy += static_cast<double>(response[i]) * static_cast<double>(response[i]);
  }
  if (energy > 0.0) scale(response, tail_ratio / std::sqrt(energy));
  response[0] = 1.0F;
  return response;
}

double equalizer_gain_db(double frequency_hz, double tilt_db_per_octave, std::span<const double> points_db) {
  assert(points_db.size() >= 2);
  const double tilt = tilt_db_per_octave * std::log2(std::max(frequency_hz, kLowestPoint_hz) / kTiltCentre_hz);
  const auto last = static_cast<double>(points_db.size() - 1);
  const double share = std::log(frequency_hz / kLowestPoint_hz) / std::log(kHighestPoint_hz / kLowestPoint_hz);
  const double place = std::clamp(share * last, 0.0, last);
  const auto below = std::min(static_cast<std::size_t>(place), points_db.size() - 2);
  return tilt + std::lerp(points_db[below], points_db[below + 1], place - static_cast<double>(below));
}

double band_gain(double frequency_hz, double low_hz, double high_hz) {
  const double below = low_hz / std::max(frequency_hz, 1e-3);
  const double above = frequency_hz / high_hz;
  return 1.0 / std::sqrt((1.0 + std::pow(below, 4.0)) * (1.0 + std::pow(above, 6.0)));
}

void add_noise(std::span<float> window, std::span<const float> noise, double signal_rms, double snr_db) {
  assert(window.size() == noise.size());
  const double noise_rms = rms(noise);
  if (noise_rms <= 0.0) return;
  const double gain = signal_rms > 0.0 ? signal_rms / noise_rms * db_to_amplitude(-snr_db) : 1.0;
  for (std::size_t i = 0; i < window.size(); ++i) window[i] += static_cast<float>(gain) * noise[i];
}

void set_peak(std::span<float> samples, double peak_dbfs) {
  const double greatest = peak(samples);
  if (greatest > 0.0) scale(samples, db_to_amplitude(peak_dbfs) / greatest);
}

}  // namespace mote::data
