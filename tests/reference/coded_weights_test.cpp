// The kernels that decode their weights, against the naive loops on the weights before they were coded.
#include "mote/plan/coded_weights.h"

#include <gtest/gtest.h>

#include <array>

#include "mote/runtime/kernels.h"
#include "random_layer.h"

namespace mote::test {
namespace {

struct Coding {
  graph::DType type;
  std::int32_t zeros_percent;
};

// Of each type some without zeros and some with many, so that every coding occurs.
constexpr std::array kCodings{
    Coding{graph::DType::kInt4, 0},   Coding{graph::DType::kInt4, 85}, Coding{graph::DType::kTernary, 40},
    Coding{graph::DType::kBinary, 0}, Coding{graph::DType::kInt8, 80}, Coding{graph::DType::kInt8, 97},
};

std::int8_t draw_weight(RandomLayer& random, const Coding& coding) {
  if (coding.type == graph::DType::kBinary) return random.integer(0, 1) == 0 ? -1 : 1;
  if (random.integer(0, 99) < coding.zeros_percent) return 0;
  if (coding.type == graph::DType::kTernary) return static_cast<std::int8_t>(random.integer(-1, 1));
  if (coding.type == graph::DType::kInt4) return static_cast<std::int8_t>(random.integer(-8, 7));
  return static_cast<std::int8_t>(random.integer(-128, 127));
}

graph::Tensor draw_weights(RandomLayer& random, const Coding& coding, graph::Shape shape) {
  Bytes values(static_cast<std::size_t>(graph::element_count(shape)));
  for (std::int8_t& value : values) value = draw_weight(random, coding);
  return {"w", coding.type, std::move(shape), {}, true, graph::make_buffer(std::span<const std::int8_t>(values))};
}

Bytes plain(const graph::Tensor& weights) {
  const auto values = graph::values<std::int8_t>(weights);
  return {values.begin(), values.end()};
}

void draw(RandomLayer& random, mote_conv2d_s8_params& p, std::vector<std::int32_t>& multipliers,
          std::vector<std::int8_t>& shifts) {
  p.window = random.window(3);
  p.input_c = random.integer(1, 40);
  p.output_c = random.integer(1, 20);
  p.input_offset = -random.zero_point();
  p.output_offset = random.zero_point();
  p.activation = random.activation();
  p.scaling = random.channel_scaling(p.output_c, multipliers, shifts);
}

// The codings that occurred, so that a case that stops occurring is noticed.
std::vector<bool> run_convolutions(const Coding& coding) {
  std::vector<bool> seen(7, false);
  for (std::uint64_t number = 0; number < 60; ++number) {
    RandomLayer random("coded conv2d", number);
    std::vector<std::int32_t> multipliers;
    std::vector<std::int8_t> shifts;
    mote_conv2d_s8_params p{};
    draw(random, p, multipliers, shifts);
    const graph::Tensor weights =
        draw_weights(random, coding, {p.output_c, p.window.kernel_h, p.window.kernel_w, p.input_c});
    const auto coded = plan::coded_weights(weights, plan::ZeroWeights::kMayBeLeftOut);
    if (!coded) continue;  // too few weights for a sparse coding to pay
    seen[static_cast<std::size_t>(coded->coding)] = true;
    const Bytes input = random.bytes(p.window.input_h * p.window.input_w * p.input_c);
    const std::vector<std::int32_t> bias = random.biases(p.output_c);
    const mote_conv2d_coded_s8_params c{p.window,        p.input_c,     p.output_c,   p.input_offset,
                                        p.output_offset, coded->coding, p.activation, p.scaling};
    Bytes scratch(mote_conv2d_coded_s8_scratch_bytes(&c));
    Bytes output = zeros(p.window.output_h * p.window.output_w * p.output_c);
    mote_conv2d_coded_s8(&c, input.data(), coded->bytes.data(), bias.data(), output.data(), scratch.data());
    EXPECT_EQ(output, naive_conv2d(p, input, plain(weights), bias.data())) << number;
  }
  return seen;
}

TEST(CodedWeights, OfConvolutionsEqualTheNaiveLoops) {
  std::vector<bool> seen(7, false);
  for (const Coding& coding : kCodings) {
    const std::vector<bool> of_type = run_convolutions(coding);
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = seen[i] || of_type[i];
  }
  for (std::size_t coding = MOTE_CODING_S4; coding <= MOTE_CODING_SPARSE_S4; ++coding) EXPECT_TRUE(seen[coding]);
}

TEST(CodedWeights, OfDenseLayersEqualTheNaiveLoops) {
  for (const Coding& coding : kCodings) {
    for (std::uint64_t number = 0; number < 40; ++number) {
      RandomLayer random("coded dense", number);
      std::vector<std::int32_t> multipliers;
      std::vector<std::int8_t> shifts;
      mote_dense_s8_params p{random.integer(1, 3),
                             random.integer(60, 200),
                             random.integer(1, 40),
                             -random.zero_point(),
                             random.zero_point(),
                             random.activation(),
                             {}};
      const bool one_scale = random.integer(0, 1) == 0;
      p.scaling = random.channel_scaling(one_scale ? 1 : p.outputs, multipliers, shifts);
      const graph::Tensor weights = draw_weights(random, coding, {p.outputs, p.inputs});
      const auto coded = plan::coded_weights(weights, plan::ZeroWeights::kMayBeLeftOut);
      if (!coded) continue;
      const Bytes input = random.bytes(p.rows * p.inputs);
      const mote_dense_coded_s8_params c{p.rows,          p.inputs,      p.outputs,    p.input_offset,
                                         p.output_offset, coded->coding, p.activation, p.scaling};
      Bytes output = zeros(p.rows * p.outputs);
      mote_dense_coded_s8(&c, input.data(), coded->bytes.data(), nullptr, output.data());
      ASSERT_EQ(output, naive_dense(p, input, plain(weights), nullptr)) << number;
    }
  }
}

TEST(CodedWeights, OfDepthwiseLayersEqualTheNaiveLoops) {
  for (const Coding& coding : kCodings) {
    if (coding.type == graph::DType::kInt8) continue;
    for (std::uint64_t number = 0; number < 60; ++number) {
      RandomLayer random("packed depthwise", number);
      std::vector<std::int32_t> multipliers;
      std::vector<std::int8_t> shifts;
      mote_depthwise_conv2d_s8_params p{};
      p.window = random.window(2);
      p.input_c = random.integer(1, 40);
      p.multiplier = random.integer(1, 3);
      p.input_offset = -random.zero_point();
      p.output_offset = random.zero_point();
      p.activation = random.activation();
      const std::int32_t channels = p.input_c * p.multiplier;
      p.scaling = random.channel_scaling(channels, multipliers, shifts);
      const graph::Tensor weights = draw_weights(random, coding, {1, p.window.kernel_h, p.window.kernel_w, channels});
      const auto coded = plan::coded_weights(weights, plan::ZeroWeights::kKept);
      const Bytes input = random.bytes(p.window.input_h * p.window.input_w * p.input_c);
      const std::vector<std::int32_t> bias = random.biases(channels);
      const mote_depthwise_conv2d_packed_s8_params c{p.window,        p.input_c,     p.multiplier, p.input_offset,
                                                     p.output_offset, coded->coding, p.activation, p.scaling};
      Bytes output = zeros(p.window.output_h * p.window.output_w * channels);
      mote_depthwise_conv2d_packed_s8(&c, input.data(), coded->bytes.data(), bias.data(), output.data());
      ASSERT_EQ(output, naive_depthwise_conv2d(p, input, plain(weights), bias.data())) << number;
    }
  }
}

}  // namespace
}  // namespace mote::test
