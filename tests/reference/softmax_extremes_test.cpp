// The hazard: softmax runs in 32-bit fixed point whose every intermediate rounding shows in the result, and its ends
// (equal inputs, one winner, differences beyond the table, thousands of columns) are where shifts leave their range.
#include <gtest/gtest.h>

#include <cmath>

#include "random_layer.h"

namespace mote::test {
namespace {

Bytes softmax(const mote_softmax_s8_params& p, const Bytes& input) {
  Bytes output(input.size());
  mote_softmax_s8(&p, input.data(), output.data());
  return output;
}

// As the kernel's header tells the planner to prepare it.
mote_softmax_s8_params prepare(double scale, std::int32_t columns) {
  int exponent = 0;
  const double fraction = std::frexp(std::min(scale * (1 << 26), 2147483647.0), &exponent);
  const auto multiplier = static_cast<std::int32_t>(std::llround(fraction * 2147483648.0));
  const auto diff_min = -static_cast<std::int32_t>(std::floor(31.0 * (1 << 26) / std::exp2(exponent)));
  return {1, columns, {multiplier, exponent}, diff_min};
}

// Expected rows: TensorFlow Lite Micro (wheel tflite_micro 0.dev20261023), one SOFTMAX operator, output scale 1/256,
// zero point -128; the comment gives input scale and beta.
TEST(SoftmaxExtremes, EqualsTensorFlowLiteMicro) {
  const mote_softmax_s8_params usual{1, 12, {1242899200, 24}, -124};  // 0.14469251, 1
  EXPECT_EQ(softmax(usual, {-128, 14, 40, -3, 127, 90, 0, 100, 77, 110, -60, 5}),
            (Bytes{-128, -128, -128, -128, 102, -127, -128, -123, -128, -108, -128, -128}));
  const mote_softmax_s8_params equal{1, 5, {1717986944, 23}, -248};  // 0.1, 1
  EXPECT_EQ(softmax(equal, {3, 3, 3, 3, 3}), (Bytes{-77, -77, -77, -77, -77}));
  const mote_softmax_s8_params steep{1, 5, {1073741824, 28}, -7};  // 2, 1
  EXPECT_EQ(softmax(steep, {127, 126, 125, -128, 100}), (Bytes{94, -98, -124, -128, -128}));
  const mote_softmax_s8_params flat{1, 4, {1099511680, 16}, -31744};  // 0.0005, 1
  EXPECT_EQ(softmax(flat, {-128, 127, 0, 64}), (Bytes{-69, -60, -65, -63}));
  const mote_softmax_s8_params half{1, 6, {1717986944, 21}, -992};  // 0.05, 0.5
  EXPECT_EQ(softmax(half, {10, 60, 127, -128, 33, 90}), (Bytes{-120, -100, 20, -128, -114, -69}));
}

TEST(SoftmaxExtremes, StaysWithinOneUnitOfTheExactFunction) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    RandomLayer random("softmax", number);
    const std::int32_t columns = random.integer(1, 60);
    const double scale = std::exp2(random.integer(-11, 1));
    const Bytes input = random.bytes(columns);
    const Bytes output = softmax(prepare(scale, columns), input);
    double sum = 0;
    for (const std::int8_t x : input) sum += std::exp(scale * x);
    for (std::size_t i = 0; i < input.size(); ++i) {
      const double exact = std::min(256 * std::exp(scale * input[i]) / sum - 128, 127.0);
      ASSERT_NEAR(output[i], exact, 1.0) << number;
    }
  }
}

TEST(SoftmaxExtremes, OneColumnIsTheLargestValue) {
  for (const std::int8_t x : Bytes{-128, 0, 127}) EXPECT_EQ(softmax(prepare(0.1, 1), {x}), (Bytes{127}));
}

TEST(SoftmaxExtremes, MostColumnsThatInitAdmitsGiveZeroProbabilityEach) {
  constexpr std::int32_t kColumns = 4095;
  EXPECT_EQ(softmax(prepare(0.1, kColumns), Bytes(kColumns, 127)), Bytes(kColumns, -128));
}

TEST(SoftmaxExtremes, RowsDoNotSeeEachOtherAndMayBeOverwritten) {
  mote_softmax_s8_params p = prepare(0.05, 3);
  const Bytes first = softmax(p, {1, 2, 3});
  const Bytes second = softmax(p, {90, -90, 0});
  p.rows = 2;
  Bytes both{1, 2, 3, 90, -90, 0};
  mote_softmax_s8(&p, both.data(), both.data());
  EXPECT_EQ(both, (Bytes{first[0], first[1], first[2], second[0], second[1], second[2]}));
}

}  // namespace
}  // namespace mote::test
