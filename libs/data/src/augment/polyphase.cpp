#include "augment/polyphase.h"

#include <cassert>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <numeric>
#include <utility>

namespace mote::data {
namespace {

constexpr double kZeroCrossings = 12.0;
constexpr double kPassShare = 0.94;  // of the lower half rate: the filter falls from there on
constexpr std::int64_t kLanes = 8;

double sinc(double x) {
  if (x == 0.0) return 1.0;
  return std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

double hann(double x) {  // x in [-1, 1]
  return 0.5 + 0.5 * std::cos(std::numbers::pi * x);
}

// Eight running sums, added up in a fixed order: fast without letting the compiler reorder the arithmetic.
float dot(const float* a, const float* b, std::int64_t count) {
  float lanes[kLanes] = {};
  for (std::int64_t i = 0; i < count; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  }
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

}  // namespace

Polyphase::Polyphase(std::int64_t up, std::int64_t down) {
  assert(up > 0 && down > 0);
  const std::int64_t common = std::gcd(up, down);
  up_ = up / common;
  down_ = down / common;
  const double cutoff = kPassShare * std::min(1.0, static_cast<double>(up_) / static_cast<double>(down_));
  const auto reach = static_cast<std::int64_t>(std::ceil(kZeroCrossings / cutoff));
  half_taps_ = (reach + kLanes / 2 - 1) / (kLanes / 2) * (kLanes / 2);
  const std::int64_t taps = 2 * half_taps_;
  phases_.resize(static_cast<std::size_t>(up_ * taps));
  for (std::int64_t phase = 0; phase < up_; ++phase) {
    float* row = phases_.data() + phase * taps;
    const double fraction = static_cast<double>(phase) / static_cast<double>(up_);
    double sum = 0.0;
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      const double x = static_cast<double>(tap - half_taps_ + 1) - fraction;
      const double value = std::abs(x) >= static_cast<double>(half_taps_)
                               ? 0.0
                               : sinc(cutoff * x) * hann(x / static_cast<double>(half_taps_));
      row[tap] = static_cast<float>(value);
      sum += value;
    }
    for (std::int64_t tap = 0; tap < taps; ++tap) row[tap] = static_cast<float>(row[tap] / sum);  // gain 1 at 0 Hz
  }
}

const Polyphase& Polyphase::shared(std::int64_t up, std::int64_t down) {
  static std::mutex mutex;
  static std::map<std::pair<std::int64_t, std::int64_t>, Polyphase> made;
  const std::lock_guard lock(mutex);
  return made.try_emplace({up, down}, up, down).first->second;
}

std::vector<float> Polyphase::apply(std::span<const float> input) const {
  const auto length = static_cast<std::int64_t>(input.size());
  std::vector<float> padded(static_cast<std::size_t>(length + 2 * half_taps_), 0.0F);
  std::copy(input.begin(), input.end(), padded.begin() + half_taps_ - 1);
  std::vector<float> output(static_cast<std::size_t>((length * up_ + down_ - 1) / down_));
  std::int64_t position = 0;
  std::int64_t phase = 0;
  for (float& sample : output) {
    sample = dot(padded.data() + position, phases_.data() + phase * 2 * half_taps_, 2 * half_taps_);
    phase += down_;
    position += phase / up_;
    phase %= up_;
  }
  return output;
}

}  // namespace mote::data
