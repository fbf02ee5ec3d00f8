#include <gtest/gtest.h>

#include "random_layer.h"

namespace mote::test {
namespace {

mote_add_s8_params draw_add(RandomLayer& random) {
  mote_add_s8_params p{};
  p.count = random.integer(1, 100);
  p.input1_offset = -random.zero_point();
  p.input2_offset = -random.zero_point();
  p.output_offset = random.zero_point();
  p.activation = random.activation();
  p.input1 = {random.integer(1 << 30, 2147483647), random.integer(-8, 0)};
  p.input2 = {random.integer(1 << 30, 2147483647), random.integer(-8, 0)};
  p.output = {random.integer(1 << 30, 2147483647), random.integer(-24, -12)};
  return p;
}

TEST(AddS8, EqualsTheNaiveLoopsOnRandomTensors) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    RandomLayer random("add", number);
    const mote_add_s8_params p = draw_add(random);
    const Bytes a = random.bytes(p.count);
    const Bytes b = random.bytes(p.count);
    Bytes output(a.size());
    mote_add_s8(&p, a.data(), b.data(), output.data());
    ASSERT_EQ(output, naive_add(p, a, b)) << number;
  }
}

TEST(AddS8, MayWriteOverEitherInput) {
  RandomLayer random("add-in-place", 0);
  const mote_add_s8_params p = draw_add(random);
  const Bytes a = random.bytes(p.count);
  const Bytes b = random.bytes(p.count);
  Bytes over_a = a;
  Bytes over_b = b;
  mote_add_s8(&p, over_a.data(), b.data(), over_a.data());
  mote_add_s8(&p, a.data(), over_b.data(), over_b.data());
  EXPECT_EQ(over_a, naive_add(p, a, b));
  EXPECT_EQ(over_b, naive_add(p, a, b));
}

TEST(ReluS8, EqualsTheNaiveLoopsOnRandomTensorsAndInPlace) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    RandomLayer random("relu", number);
    mote_relu_s8_params p{};
    p.count = random.integer(1, 100);
    p.input_offset = -random.zero_point();
    p.output_offset = random.zero_point();
    p.activation = random.activation();
    p.scaling = random.scaling();
    const Bytes input = random.bytes(p.count);
    Bytes output = input;
    mote_relu_s8(&p, output.data(), output.data());
    ASSERT_EQ(output, naive_relu(p, input)) << number;
  }
}

TEST(ReluS8, IsAClampWhereTheFactorIsOne) {
  Bytes input;
  Bytes clamped;
  for (std::int32_t x = -128; x <= 127; ++x) {
    input.push_back(static_cast<std::int8_t>(x));
    clamped.push_back(static_cast<std::int8_t>(std::clamp(x, -5, 40)));
  }
  const mote_relu_s8_params p{256, 5, -5, {-5, 40}, {1 << 30, 1}};
  Bytes output(input.size());
  mote_relu_s8(&p, input.data(), output.data());
  EXPECT_EQ(output, clamped);
}

TEST(MeanS8, EqualsTheNaiveLoopsOnRandomTensors) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    RandomLayer random("mean", number);
    mote_mean_s8_params p{};
    p.outer = random.integer(1, 3);
    p.reduced = random.integer(1, 50);
    p.inner = random.integer(1, 40);
    p.input_offset = -random.zero_point();
    p.output_offset = random.zero_point();
    p.scaling = random.scaling();
    const Bytes input = random.bytes(p.outer * p.reduced * p.inner);
    Bytes output = zeros(p.outer * p.inner);
    mote_mean_s8(&p, input.data(), output.data());
    ASSERT_EQ(output, naive_mean(p, input)) << number;
  }
}

}  // namespace
}  // namespace mote::test
