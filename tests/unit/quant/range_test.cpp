#include "mote/quant/range.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "error_text.h"

namespace mote::quant {
namespace {

using graph::per_tensor;

TEST(Join, HoldsBothRanges) {
  EXPECT_EQ(join({-1, 2}, {0, 3}), (Range{-1, 3}));
}

TEST(ActivationQuant, SpreadsTheRangeOver255Steps) {
  EXPECT_EQ(activation_quant({-1.0F, 254.0F}), per_tensor(1.0F, -127));
  EXPECT_EQ(activation_quant({-128.0F, 127.0F}), per_tensor(1.0F, 0));
}

TEST(ActivationQuant, WidensTheRangeToContainZero) {
  EXPECT_EQ(activation_quant({51.0F, 255.0F}), per_tensor(1.0F, -128));
  EXPECT_EQ(activation_quant({-255.0F, -51.0F}), per_tensor(1.0F, 127));
}

TEST(ActivationQuant, NudgesTheZeroPointToAnInteger) {
  // Zero lies 0.4 and 0.6 steps above the grid point -128.
  EXPECT_EQ(activation_quant({-0.4F, 254.6F}), per_tensor(1.0F, -128));
  EXPECT_EQ(activation_quant({-0.6F, 254.4F}), per_tensor(1.0F, -127));
}

TEST(ActivationQuant, GivesARangeWithoutWidthAScale) {
  EXPECT_EQ(activation_quant({0.0F, 0.0F}), per_tensor(1.0F / 255.0F, 0));
}

TEST(ActivationQuant, KeepsTheScaleOfATinyRangeNormal) {
  const graph::Quant quant = activation_quant({0.0F, 1e-40F});
  EXPECT_TRUE(std::isnormal(quant.scales[0]));
  EXPECT_EQ(quant.zero_points[0], -128);
}

TEST(ActivationQuant, TakesTheWidestRangeOfFloats) {
  const float most = std::numeric_limits<float>::max();
  EXPECT_TRUE(std::isfinite(activation_quant({-most, most}).scales[0]));
}

TEST(ActivationQuant, RefusesWhatIsNotFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(test::error_text([&] {
              activation_quant({nan, 1});
            }),
            "invalid: wanted a finite range, got nan..1: the network has diverged or its input holds NaN");
  EXPECT_EQ(test::error_text([&] {
              activation_quant({0, infinity});
            }),
            "invalid: wanted a finite range, got 0..inf: the network has diverged or its input holds NaN");
}

TEST(ActivationQuant, OfInt16IsSymmetric) {
  EXPECT_EQ(activation_quant({-1.0F, 3.2767F}, ActivationType::kInt16), per_tensor(1e-4F, 0));
  EXPECT_EQ(activation_quant({-3.2767F, 1.0F}, ActivationType::kInt16), per_tensor(1e-4F, 0));
  EXPECT_EQ(activation_quant({0.0F, 0.0F}, ActivationType::kInt16), per_tensor(1.0F / 32767.0F, 0));
  EXPECT_EQ(activation_quant({-128.0F, 127.0F}, ActivationType::kInt8), per_tensor(1.0F, 0));
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(test::error_text([&] {
              activation_quant({0, infinity}, ActivationType::kInt16);
            }),
            "invalid: wanted a finite range, got 0..inf: the network has diverged or its input holds NaN");
}

TEST(RoundClamped, RoundsHalvesAwayFromZeroAndStaysInside) {
  EXPECT_EQ(round_clamped(0.5, -128, 127), 1);
  EXPECT_EQ(round_clamped(-0.5, -128, 127), -1);
  EXPECT_EQ(round_clamped(2.4999, -128, 127), 2);
  EXPECT_EQ(round_clamped(127.5, -128, 127), 127);
  EXPECT_EQ(round_clamped(-1e300, -128, 127), -128);
}

}  // namespace
}  // namespace mote::quant
