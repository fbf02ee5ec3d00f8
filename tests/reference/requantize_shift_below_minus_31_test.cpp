// The hazard: a factor below 2^-32 has no shift in range; shifting an int32 by 32 or more is undefined and on some
// processors shifts by nothing. The planner writes multiplier 0 and shift 0 instead, and -31, the last shift, must
// work.
#include <gtest/gtest.h>

#include <limits>

#include "mote/runtime/requantize.h"
#include "naive.h"

namespace mote::test {
namespace {

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

TEST(RequantizeShiftBelowMinus31, IsTheZeroMultiplierAndGivesZero) {
  for (const std::int32_t x : {kMin, -1, 0, 1, kMax}) EXPECT_EQ(mote_requantize(x, 0, 0), 0);
}

TEST(RequantizeShiftBelowMinus31, TheLastShiftRoundsToTheNearest) {
  EXPECT_EQ(mote_rounding_shift_right(kMax, 31), 1);
  EXPECT_EQ(mote_rounding_shift_right(kMin, 31), -1);
  EXPECT_EQ(mote_rounding_shift_right(1 << 30, 31), 1);
  EXPECT_EQ(mote_rounding_shift_right(-(1 << 30), 31), -1);
  EXPECT_EQ(mote_rounding_shift_right((1 << 30) - 1, 31), 0);
  EXPECT_EQ(mote_rounding_shift_right(-(1 << 30) + 1, 31), 0);
}

TEST(RequantizeShiftBelowMinus31, ShiftZeroChangesNothing) {
  for (const std::int32_t x : {kMin, -1, 0, 1, kMax}) EXPECT_EQ(mote_rounding_shift_right(x, 0), x);
}

}  // namespace
}  // namespace mote::test
