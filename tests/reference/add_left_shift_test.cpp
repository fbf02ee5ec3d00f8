// The hazard: operands of an add are widened by 20 bits before they are scaled to the common scale. Scaled without that
// headroom, the smaller operand loses its low bits and sums are off by several units.
#include <gtest/gtest.h>

#include <cmath>

#include "mote/runtime/kernels/mote_add_s8.h"
#include "naive.h"

namespace mote::test {
namespace {

mote_scaling scaling_of(double factor) {
  int exponent = 0;
  const double fraction = std::frexp(factor, &exponent);
  return {static_cast<std::int32_t>(std::llround(fraction * 2147483648.0)), exponent};
}

TEST(AddLeftShift, KeepsAnOperandThatIsFarSmallerThanTheOther) {
  constexpr double kLarge = 1.0;
  constexpr double kSmall = 1.0 / 64;
  constexpr double kOutput = 1.0 / 64;
  const mote_add_s8_params p{1,
                             0,
                             0,
                             0,
                             {-128, 127},
                             scaling_of(kLarge / (2 * kLarge)),
                             scaling_of(kSmall / (2 * kLarge)),
                             scaling_of(2 * kLarge / ((1 << MOTE_ADD_S8_LEFT_SHIFT) * kOutput))};
  for (std::int32_t a = -1; a <= 1; ++a) {
    for (std::int32_t b = -63; b <= 63; ++b) {
      const Bytes input1{static_cast<std::int8_t>(a)};
      const Bytes input2{static_cast<std::int8_t>(b)};
      Bytes output(1);
      mote_add_s8(&p, input1.data(), input2.data(), output.data());
      EXPECT_EQ(output[0], a * 64 + b);
    }
  }
}

}  // namespace
}  // namespace mote::test
