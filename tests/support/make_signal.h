// The samples that feature vectors were made from, and other deterministic test input. The same integers as
// tests/conformance/features/make_signal.py.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

namespace mote::test {

// A rising triangle-wave chirp with noise by xorshift32 (Marsaglia 2003, shifts 13, 17, 5).
inline std::vector<std::int16_t> make_signal(std::int64_t samples, std::uint32_t seed) {
  std::vector<std::int16_t> out;
  std::uint32_t state = seed;
  std::uint32_t phase = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    phase += static_cast<std::uint32_t>(40'000'000 + 50'000 * i);
    const std::int32_t triangle = std::abs(static_cast<std::int32_t>(phase >> 16) - 32768) - 16384;
    const std::int32_t noise = static_cast<std::int32_t>(state >> 20) - 2048;
    const std::int32_t half = triangle >= 0 ? triangle / 2 : -((1 - triangle) / 2);  // rounds down, as Python does
    out.push_back(static_cast<std::int16_t>(half + noise));
  }
  return out;
}

// Full scale 1.
inline std::vector<float> to_float(std::span<const std::int16_t> samples) {
  std::vector<float> out;
  for (const std::int16_t sample : samples) out.push_back(static_cast<float>(sample) / 32768.0F);
  return out;
}

}  // namespace mote::test
