#include <gtest/gtest.h>

#include "mote/runtime/kernels/mote_dense_s8.h"
#include "random_layer.h"

namespace mote::test {
namespace {

enum class Scaling { kPerTensor, kPerOutput };

void expect_equal(std::uint64_t number, Scaling scaling) {
  RandomLayer random("dense", number);
  std::vector<std::int32_t> multipliers;
  std::vector<std::int8_t> shifts;
  mote_dense_s8_params p{};
  p.rows = random.integer(1, 3);
  p.inputs = random.integer(1, 150);
  p.outputs = random.integer(1, 14);
  p.input_offset = -random.zero_point();
  p.output_offset = random.zero_point();
  p.activation = random.activation();
  p.scaling = random.channel_scaling(scaling == Scaling::kPerTensor ? 1 : p.outputs, multipliers, shifts);
  const Bytes input = random.bytes(p.rows * p.inputs);
  const Bytes weights = random.bytes(p.outputs * p.inputs);
  const std::vector<std::int32_t> bias = random.biases(p.outputs);
  for (const std::int32_t* with : {bias.data(), static_cast<const std::int32_t*>(nullptr)}) {
    Bytes output = zeros(p.rows * p.outputs);
    mote_dense_s8(&p, input.data(), weights.data(), with, output.data());
    ASSERT_EQ(output, naive_dense(p, input, weights, with)) << number;
  }
}

TEST(DenseS8, EqualsTheNaiveLoopsWithOneFactor) {
  for (std::uint64_t number = 0; number < 300; ++number) expect_equal(number, Scaling::kPerTensor);
}

TEST(DenseS8, EqualsTheNaiveLoopsWithAFactorForEachOutput) {
  for (std::uint64_t number = 0; number < 300; ++number) expect_equal(number, Scaling::kPerOutput);
}

}  // namespace
}  // namespace mote::test
