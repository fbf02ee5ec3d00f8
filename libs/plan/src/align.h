// Rounding of byte counts.
#pragma once

#include <cstdint>

namespace mote::plan {

// Both want multiple >= 1. Downward for negative numbers is toward minus infinity.
constexpr std::int64_t round_down(std::int64_t value, std::int64_t multiple) {
  const std::int64_t rest = value % multiple;
  return value - (rest < 0 ? rest + multiple : rest);
}
constexpr std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
  return -round_down(-value, multiple);
}

}  // namespace mote::plan
