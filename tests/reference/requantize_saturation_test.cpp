// The hazard: INT32_MIN·INT32_MIN is the one product whose high half does not fit; without saturation it turns
// negative.
#include <gtest/gtest.h>

#include <limits>

#include "mote/runtime/requantize.h"
#include "naive.h"

namespace mote::test {
namespace {

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

TEST(RequantizeSaturation, TheLargestProductSaturates) {
  EXPECT_EQ(mote_saturating_high_multiply(kMin, kMin), kMax);
}

TEST(RequantizeSaturation, NeighboursOfTheLargestProductAreExact) {
  for (const std::int32_t a : {kMin, kMin + 1, -1, 0, 1, kMax - 1, kMax}) {
    for (const std::int32_t b : {kMin, kMin + 1, -1, 0, 1, kMax - 1, kMax}) {
      EXPECT_EQ(mote_saturating_high_multiply(a, b), naive_high_multiply(a, b)) << a << " " << b;
    }
  }
}

TEST(RequantizeSaturation, TheOutputClampCannotOverflow) {
  // A factor near 1 on an accumulator near the end of int32, plus a zero point of 127.
  EXPECT_EQ(mote_requantize_s8(kMax, kMax, 0, 127, {-128, 127}), 127);
  EXPECT_EQ(mote_requantize_s8(kMin, kMax, 0, -128, {-128, 127}), -128);
}

}  // namespace
}  // namespace mote::test
