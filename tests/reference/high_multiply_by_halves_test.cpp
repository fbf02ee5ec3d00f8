#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "mote/base/rng.h"
#include "mote/runtime/requantize.h"

namespace mote {
namespace {

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

std::int32_t by_long_multiply(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>((std::int64_t{a} * b + (std::int64_t{1} << 30)) >> 31);
}

// Around every carry between the halves, and around the ends.
std::vector<std::int32_t> corners() {
  std::vector<std::int32_t> values{kMin, kMax};
  for (int bit = 0; bit < 31; ++bit) {
    for (const std::int32_t off : {-2, -1, 0, 1, 2}) {
      values.push_back((std::int32_t{1} << bit) + off);
      values.push_back(-(std::int32_t{1} << bit) - off);
    }
  }
  for (const std::int32_t high : {-0x8000, -0x7fff, -1, 0, 1, 0x3fff, 0x4000, 0x7ffe, 0x7fff}) {
    for (const std::int32_t low : {0, 1, 0x7fff, 0x8000, 0xfffe, 0xffff}) values.push_back(high * 0x10000 + low);
  }
  return values;
}

TEST(HighMultiplyByHalves, IsTheLongProductAtEveryCorner) {
  const std::vector<std::int32_t> values = corners();
  for (const std::int32_t a : values) {
    for (const std::int32_t b : values) {
      if (a == kMin && b == kMin) continue;
      ASSERT_EQ(mote_high_multiply_by_halves(a, b), by_long_multiply(a, b)) << a << " " << b;
    }
  }
}

TEST(HighMultiplyByHalves, IsTheLongProductOfRandomFactorsOfEverySize) {
  Rng rng = Rng::derive(1, "halves");
  for (int i = 0; i < 2000000; ++i) {
    const auto a = static_cast<std::int32_t>(rng.below(std::uint64_t{1} << 32) - (std::uint64_t{1} << 31)) >> (i % 24);
    const auto b = static_cast<std::int32_t>(rng.below(std::uint64_t{1} << 31));
    ASSERT_EQ(mote_high_multiply_by_halves(a, b), by_long_multiply(a, b)) << a << " " << b;
  }
}

TEST(HighMultiplyByHalves, IsTheLongProductAtTies) {
  for (std::int32_t odd = -99999; odd < 99999; odd += 2)
    ASSERT_EQ(mote_high_multiply_by_halves(odd, 1 << 30), by_long_multiply(odd, 1 << 30)) << odd;
}

}  // namespace
}  // namespace mote
