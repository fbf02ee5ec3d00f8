// float32 at the edges of a network.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "random_layer.h"

namespace mote::test {
namespace {

std::int8_t quantize(float x, float scale, std::int32_t zero_point) {
  const mote_quantize_f32_s8_params p{1, scale, zero_point};
  std::int8_t output = 0;
  mote_quantize_f32_s8(&p, &x, &output);
  return output;
}

TEST(QuantizeF32S8, RoundsHalfAwayFromZero) {
  EXPECT_EQ(quantize(0.5F, 1.0F, 0), 1);
  EXPECT_EQ(quantize(-0.5F, 1.0F, 0), -1);
  EXPECT_EQ(quantize(2.5F, 1.0F, 0), 3);
  EXPECT_EQ(quantize(-2.5F, 1.0F, 0), -3);
  EXPECT_EQ(quantize(std::nextafter(0.5F, 0.0F), 1.0F, 0), 0);  // adding a half and truncating would give 1
}

TEST(QuantizeF32S8, SaturatesAndTakesNanForTheZeroPoint) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(quantize(kInfinity, 0.1F, 5), 127);
  EXPECT_EQ(quantize(-kInfinity, 0.1F, 5), -128);
  EXPECT_EQ(quantize(3e38F, 1e-3F, -128), 127);
  EXPECT_EQ(quantize(-3e38F, 1e-3F, 127), -128);
  EXPECT_EQ(quantize(std::numeric_limits<float>::quiet_NaN(), 0.1F, 5), 5);
}

TEST(QuantizeF32S8, EqualsTheFormulaOnRandomValues) {
  Rng rng = Rng::derive(7, "quantize");
  for (int i = 0; i < 20000; ++i) {
    const auto scale = static_cast<float>(std::exp(rng.uniform(-8.0, 2.0)));
    const auto x = static_cast<float>(rng.normal() * 100.0) * scale;
    const auto zero_point = static_cast<std::int32_t>(rng.below(256)) - 128;
    const auto expected = std::clamp<std::int64_t>(std::llround(x / scale) + zero_point, -128, 127);
    ASSERT_EQ(quantize(x, scale, zero_point), expected) << x << " " << scale;
  }
}

TEST(DequantizeS8F32, RoundsTheExactProductOnce) {
  for (std::int32_t x = -128; x <= 127; ++x) {
    const auto raw = static_cast<std::int8_t>(x);
    const mote_dequantize_s8_f32_params p{1, 0.0787253976F, -128};
    float output = 0;
    mote_dequantize_s8_f32(&p, &raw, &output);
    EXPECT_EQ(output, static_cast<float>(static_cast<double>(p.scale) * (x + 128)));
  }
}

}  // namespace
}  // namespace mote::test
