#include "mote/evaluate/interval.h"

#include "sample.h"

namespace mote::evaluate {
namespace {

using test::expect_invalid;

TEST(NormalQuantile, EqualsPrintedTables) {
  EXPECT_NEAR(normal_quantile_two_sided(0.95), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile_two_sided(0.99), 2.5758293035489004, 1e-12);
  EXPECT_NEAR(normal_quantile_two_sided(0.6826894921370859), 1.0, 1e-12);
}

// p = 0.8, n = 10, worked by hand from the formula: center 0.716738, reach 0.226575.
TEST(WilsonInterval, EqualsTheFormulaWorkedByHand) {
  const Interval interval = wilson_interval(8, 10, 0.95);
  EXPECT_NEAR(interval.low, 0.490162, 1e-6);
  EXPECT_NEAR(interval.high, 0.943318, 1e-6);
}

TEST(WilsonInterval, StaysInsideZeroAndOneAtTheEnds) {
  EXPECT_EQ(wilson_interval(0, 7, 0.95).low, 0);
  EXPECT_GT(wilson_interval(0, 7, 0.95).high, 0.3);
  EXPECT_EQ(wilson_interval(7, 7, 0.95).high, 1);
  EXPECT_LT(wilson_interval(7, 7, 0.95).low, 0.7);
}

TEST(WilsonInterval, NarrowsWithMoreClips) {
  const Interval few = wilson_interval(90, 100, 0.95);
  const Interval many = wilson_interval(9000, 10000, 0.95);
  EXPECT_LT(many.high - many.low, (few.high - few.low) / 5);
}

TEST(WilsonInterval, RefusesImpossibleCountsAndConfidences) {
  expect_invalid([] { wilson_interval(0, 0, 0.95); }, "got 0 of 0");
  expect_invalid([] { wilson_interval(3, 2, 0.95); }, "got 3 of 2");
  expect_invalid([] { wilson_interval(-1, 2, 0.95); }, "got -1 of 2");
  expect_invalid([] { wilson_interval(1, 2, 1.0); }, "confidence inside (0, 1), got 1");
  expect_invalid([] { wilson_interval(1, 2, 0.0); }, "confidence inside (0, 1), got 0");
}

}  // namespace
}  // namespace mote::evaluate
