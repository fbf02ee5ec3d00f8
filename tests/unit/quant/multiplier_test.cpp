#include "mote/quant/multiplier.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mote::quant {
namespace {

using graph::Activation;
using graph::per_tensor;

constexpr std::int32_t kHalf = 1 << 30;

TEST(QuantizeMultiplier, KeepsPowersOfTwoExact) {
  EXPECT_EQ(quantize_multiplier(0.5), (Multiplier{kHalf, 0}));
  EXPECT_EQ(quantize_multiplier(1.0), (Multiplier{kHalf, 1}));
  EXPECT_EQ(quantize_multiplier(0.125), (Multiplier{kHalf, -2}));
  EXPECT_EQ(quantize_multiplier(8.0), (Multiplier{kHalf, 4}));
}

TEST(QuantizeMultiplier, IsWithinHalfAStepOfTheFactor) {
  for (double factor : {0.3, 1e-7, 0.9999, 123.456}) {
    const Multiplier m = quantize_multiplier(factor);
    EXPECT_GE(m.value, kHalf);
    EXPECT_NEAR(std::ldexp(m.value, m.shift - 31) / factor, 1.0, std::ldexp(1.0, -31));
  }
}

// Hazard: the fraction just below one rounds to 2^31, which is no int32.
TEST(QuantizeMultiplier, CarriesAFractionThatRoundsToOneIntoTheShift) {
  EXPECT_EQ(quantize_multiplier(1.0 - std::ldexp(1.0, -40)), (Multiplier{kHalf, 1}));
}

TEST(QuantizeMultiplier, OfNothingAndBelow2ToMinus32IsNothing) {
  EXPECT_EQ(quantize_multiplier(0.0), (Multiplier{0, 0}));
  EXPECT_EQ(quantize_multiplier(std::ldexp(1.0, -32)), (Multiplier{kHalf, -31}));
  EXPECT_EQ(quantize_multiplier(std::ldexp(0.999, -32)), (Multiplier{0, 0}));
}

// Hazard: the two ways to multiply the scales differ in the last bits, and so do the answers of TFLM's convolution and
// dense kernels.
TEST(Factors, AreTakenInDoubleForChannelsAndInFloatForAWholeDenseLayer) {
  const float in = 0.1F, weight = 0.3F, out = 0.7F;
  EXPECT_EQ(channel_factor(in, weight, out),
            static_cast<double>(in) * static_cast<double>(weight) / static_cast<double>(out));
  EXPECT_EQ(dense_factor(in, weight, out), static_cast<double>(in * weight) / static_cast<double>(out));
  EXPECT_NE(channel_factor(in, weight, out), dense_factor(in, weight, out));
}

TEST(ActivationBoundsOf, AreTheZeroPointAndSixInSteps) {
  EXPECT_EQ(activation_bounds(Activation::kNone, per_tensor(0.1F, 5)), (ActivationBounds{-128, 127}));
  EXPECT_EQ(activation_bounds(Activation::kRelu, per_tensor(0.1F, 5)), (ActivationBounds{5, 127}));
  EXPECT_EQ(activation_bounds(Activation::kRelu6, per_tensor(0.1F, 5)), (ActivationBounds{5, 65}));
  EXPECT_EQ(activation_bounds(Activation::kRelu6, per_tensor(0.1F, -128)), (ActivationBounds{-128, -68}));
}

TEST(ActivationBoundsOf, StayInInt8WhereSixLiesBeyondTheGrid) {
  EXPECT_EQ(activation_bounds(Activation::kRelu6, per_tensor(0.02F, 0)), (ActivationBounds{0, 127}));
  EXPECT_EQ(activation_bounds(Activation::kRelu6, per_tensor(1e-12F, -128)), (ActivationBounds{-128, 127}));
}

}  // namespace
}  // namespace mote::quant
