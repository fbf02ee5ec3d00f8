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

TEST(WeightScale, ReachesTheGreatestWeightAt127) {
  EXPECT_FLOAT_EQ(weight_scale(2.54F, 0.0F, 0.1F), 0.02F);
  EXPECT_FLOAT_EQ(weight_scale(2.54F, 1000.0F, 0.1F), 0.02F);
}

TEST(WeightScale, IsNeverZero) {
  EXPECT_GT(weight_scale(0.0F, 0.0F, 0.1F), 0.0F);
}

// Hazard: a filter whose weights are all zero (a dead or pruned channel) has no scale of its own. With a floor at the
// least float its bias / (input scale · weight scale) leaves int32 and comes out as another number; the layer then adds
// a constant that no float run shows.
TEST(WeightScale, OfAnAllZeroFilterKeepsItsBiasInInt32) {
  for (float bias : {1e-6F, 0.5F, -3.0F, 1e6F}) {
    for (float input_scale : {1e-6F, 0.01F, 10.0F}) {
      const double scale =
          static_cast<double>(input_scale) * static_cast<double>(weight_scale(0.0F, bias, input_scale));
      const double raw = static_cast<double>(bias) / scale;
      EXPECT_LT(std::abs(raw), 1.1e9) << bias << " " << input_scale;
      EXPECT_NEAR(std::round(raw) * scale, bias, std::abs(bias) * 1e-4 + scale);
    }
  }
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
