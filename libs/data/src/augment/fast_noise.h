// Noise samples at the price of one random number each.
#pragma once

#include <cstdint>

#include "mote/base/rng.h"

namespace mote::data {

// Bell-shaped, mean 0, variance 1, within +-3.47: the sum of four uniform 16-bit numbers (Irwin-Hall distribution).
// Rng::normal() is exact and ten times slower; nobody hears the missing tails.
inline float bell_noise(Rng& rng) {
  const std::uint64_t bits = rng.next();
  const std::uint64_t sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
  constexpr float kMean = 4.0F * 65535.0F / 2.0F;
  constexpr float kDeviation = 37836.9F;  // sqrt(4 (2^32 - 1) / 12)
  return (static_cast<float>(sum) - kMean) / kDeviation;
}

}  // namespace mote::data
