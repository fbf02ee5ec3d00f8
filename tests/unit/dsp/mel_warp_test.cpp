#include "mote/dsp/mel_warp.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mote::dsp {
namespace {

TEST(MelWarp, StretchesLowFrequenciesAndKeepsTheEnds) {
  for (const double factor : {0.86, 1.0, 1.16}) {
    EXPECT_DOUBLE_EQ(warp_frequency_hz(0.0, factor, 8000.0), 0.0);
    EXPECT_DOUBLE_EQ(warp_frequency_hz(1000.0, factor, 8000.0), 1000.0 * factor);
    EXPECT_DOUBLE_EQ(warp_frequency_hz(8000.0, factor, 8000.0), 8000.0);
    double last = 0.0;
    for (double hz = 10.0; hz <= 8000.0; hz += 10.0) {
      const double warped = warp_frequency_hz(hz, factor, 8000.0);
      EXPECT_GT(warped, last) << hz;
      EXPECT_LE(warped, 8000.0) << hz;
      last = warped;
    }
  }
}

TEST(MelWarp, FactorsLieEvenlyAroundOne) {
  const auto factors = warp_factors(0.15, 13);
  ASSERT_EQ(factors.size(), 13U);
  EXPECT_DOUBLE_EQ(factors.front(), std::exp(-0.15));
  EXPECT_DOUBLE_EQ(factors[6], 1.0);
  EXPECT_DOUBLE_EQ(factors.back(), std::exp(0.15));
  EXPECT_TRUE(warp_factors(0.0, 13).empty());
  EXPECT_TRUE(warp_factors(0.15, 1).empty());
}

}  // namespace
}  // namespace mote::dsp
