#include <gtest/gtest.h>

#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "random_layer.h"

namespace mote::test {
namespace {

struct Case {
  mote_conv2d_s8_params params{};
  std::vector<std::int32_t> multipliers;
  std::vector<std::int8_t> shifts;
};

void draw(RandomLayer& random, Case& c) {
  c.params.window = random.window(3);
  c.params.input_c = random.integer(1, 20);
  c.params.output_c = random.integer(1, 11);
  c.params.input_offset = -random.zero_point();
  c.params.output_offset = random.zero_point();
  c.params.activation = random.activation();
  c.params.scaling = random.channel_scaling(c.params.output_c, c.multipliers, c.shifts);
}

// The scratch is exactly as long as its size function says: a sanitizer sees a step outside.
Bytes run(const mote_conv2d_s8_params& p, const Bytes& input, const Bytes& weights, const std::int32_t* bias) {
  Bytes scratch(mote_conv2d_s8_scratch_bytes(&p));
  Bytes output = zeros(p.window.output_h * p.window.output_w * p.output_c);
  mote_conv2d_s8(&p, input.data(), weights.data(), bias, output.data(), scratch.data());
  return output;
}

TEST(Conv2dS8, EqualsTheNaiveLoopsOnRandomLayers) {
  for (std::uint64_t number = 0; number < 400; ++number) {
    RandomLayer random("conv2d", number);
    Case c;
    draw(random, c);
    const mote_conv2d_s8_params& p = c.params;
    const Bytes input = random.bytes(p.window.input_h * p.window.input_w * p.input_c);
    const Bytes weights = random.bytes(p.output_c * p.window.kernel_h * p.window.kernel_w * p.input_c);
    const std::vector<std::int32_t> bias = random.biases(p.output_c);
    ASSERT_EQ(run(p, input, weights, bias.data()), naive_conv2d(p, input, weights, bias.data())) << number;
    ASSERT_EQ(run(p, input, weights, nullptr), naive_conv2d(p, input, weights, nullptr)) << number;
  }
}

TEST(Conv2dS8, NeedsNoScratchForAOneByOneKernelWithAnyStride) {
  for (std::uint64_t number = 0; number < 100; ++number) {
    RandomLayer random("conv2d-1x1", number);
    Case c;
    draw(random, c);
    mote_conv2d_s8_params& p = c.params;
    mote_window& w = p.window;
    w.kernel_h = w.kernel_w = 1;
    w.pad_top = w.pad_left = 0;
    w.output_h = (w.input_h - 1) / w.stride_h + 1;
    w.output_w = (w.input_w - 1) / w.stride_w + 1;
    const Bytes input = random.bytes(w.input_h * w.input_w * p.input_c);
    const Bytes weights = random.bytes(p.output_c * p.input_c);
    ASSERT_EQ(mote_conv2d_s8_scratch_bytes(&p), 0U);
    ASSERT_EQ(run(p, input, weights, nullptr), naive_conv2d(p, input, weights, nullptr)) << number;
  }
}

TEST(Conv2dS8, KeepsTheLargestSumsThatInitAdmits) {
  constexpr std::int32_t kProducts = 65793;  // the most for which 255·128·n < 2^31
  const std::vector<std::int32_t> multipliers{1 << 30};
  const std::vector<std::int8_t> shifts{-20};
  mote_conv2d_s8_params p{};
  p.window = {1, kProducts, 1, 1, 1, kProducts, 1, 1, 1, 1, 0, 0};
  p.input_c = p.output_c = 1;
  p.input_offset = 128;
  p.activation = {-128, 127};
  p.scaling = {multipliers.data(), shifts.data(), 1};
  const Bytes input(kProducts, 127);
  const Bytes weights(kProducts, -128);
  EXPECT_EQ(run(p, input, weights, nullptr), naive_conv2d(p, input, weights, nullptr));
}

}  // namespace
}  // namespace mote::test
