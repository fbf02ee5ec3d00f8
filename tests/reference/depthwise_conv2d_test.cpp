#include <gtest/gtest.h>

#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"
#include "random_layer.h"

namespace mote::test {
namespace {

// `input_c` · `multiplier` output channels; everything else random.
void expect_equal(std::uint64_t number, std::int32_t input_c, std::int32_t multiplier) {
  RandomLayer random("depthwise", number);
  std::vector<std::int32_t> multipliers;
  std::vector<std::int8_t> shifts;
  mote_depthwise_conv2d_s8_params p{};
  p.window = random.window(3);
  p.input_c = input_c;
  p.multiplier = multiplier;
  p.input_offset = -random.zero_point();
  p.output_offset = random.zero_point();
  p.activation = random.activation();
  p.scaling = random.channel_scaling(input_c * multiplier, multipliers, shifts);
  const Bytes input = random.bytes(p.window.input_h * p.window.input_w * input_c);
  const Bytes weights = random.bytes(p.window.kernel_h * p.window.kernel_w * input_c * multiplier);
  const std::vector<std::int32_t> bias = random.biases(input_c * multiplier);
  for (const std::int32_t* with : {bias.data(), static_cast<const std::int32_t*>(nullptr)}) {
    Bytes output = zeros(p.window.output_h * p.window.output_w * input_c * multiplier);
    mote_depthwise_conv2d_s8(&p, input.data(), weights.data(), with, output.data());
    ASSERT_EQ(output, naive_depthwise_conv2d(p, input, weights, with)) << number;
  }
}

TEST(DepthwiseConv2dS8, EqualsTheNaiveLoopsWithMultiplierOne) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    expect_equal(number, static_cast<std::int32_t>(number % 41) + 1, 1);
  }
}

TEST(DepthwiseConv2dS8, EqualsTheNaiveLoopsWithLargerMultipliers) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    expect_equal(number, static_cast<std::int32_t>(number % 4) + 1, static_cast<std::int32_t>(number % 37) + 2);
  }
}

}  // namespace
}  // namespace mote::test
