// The hazard: two roundings with two rules. The high multiply sends ties up (toward plus infinity), the right shift
// sends them away from zero; one rounding of the exact product gives another number in about 0.18 % of results.
#include <gtest/gtest.h>

#include "mote/base/rng.h"
#include "mote/runtime/requantize.h"
#include "naive.h"

namespace mote::test {
namespace {

TEST(RequantizeRoundingTie, HighMultiplySendsTiesUp) {
  EXPECT_EQ(mote_high_multiply(1, 1 << 30), 1);    //  0.5 ->  1
  EXPECT_EQ(mote_high_multiply(-1, 1 << 30), 0);   // -0.5 ->  0
  EXPECT_EQ(mote_high_multiply(3, 1 << 30), 2);    //  1.5 ->  2
  EXPECT_EQ(mote_high_multiply(-3, 1 << 30), -1);  // -1.5 -> -1
}

TEST(RequantizeRoundingTie, RightShiftSendsTiesAwayFromZero) {
  EXPECT_EQ(mote_rounding_shift_right(1, 1), 1);
  EXPECT_EQ(mote_rounding_shift_right(-1, 1), -1);
  EXPECT_EQ(mote_rounding_shift_right(6, 2), 2);
  EXPECT_EQ(mote_rounding_shift_right(-6, 2), -2);
  EXPECT_EQ(mote_rounding_shift_right(5, 2), 1);
  EXPECT_EQ(mote_rounding_shift_right(-5, 2), -1);
}

TEST(RequantizeRoundingTie, RoundsTwice) {
  // 11·0.59375 = 6.53 goes to 7, and 7/2 = 3.5 to 4; one rounding of 3.27 would give 3.
  EXPECT_EQ(mote_requantize(11, 1275068416, -1), 4);
  EXPECT_EQ(mote_requantize(-11, 1275068416, -1), -4);
}

TEST(RequantizeRoundingTie, EqualsTheDefinitionEverywhere) {
  Rng rng = Rng::derive(7, "requantize");
  for (int i = 0; i < 200000; ++i) {
    const auto shift = static_cast<std::int32_t>(rng.below(34)) - 31;
    const auto bits = static_cast<int>(rng.below(32));
    auto x = static_cast<std::int32_t>(static_cast<std::uint32_t>(rng.next())) >> bits;
    if (shift > 0) x >>= shift;
    const auto multiplier = static_cast<std::int32_t>((1U << 30) + rng.below(1U << 30));
    ASSERT_EQ(mote_requantize(x, multiplier, shift), naive_requantize(x, multiplier, shift))
        << x << " " << multiplier << " " << shift;
  }
}

}  // namespace
}  // namespace mote::test
