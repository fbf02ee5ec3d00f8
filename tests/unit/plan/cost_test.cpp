#include "mote/plan/cost.h"

#include <gtest/gtest.h>

#include "int8_graphs.h"

namespace mote::plan {
namespace {

TEST(Cost, CountsAConvolutionByHand) {
  test::Int8GraphBuilder builder("conv", 1);
  const Cost sum = cost(make_plan(builder.build(builder.conv(builder.input({1, 8, 6, 3}), 5, 3, 2, {}))));
  ASSERT_EQ(sum.layers.size(), 1U);
  const LayerCost& layer = sum.layers[0];
  EXPECT_EQ(layer.output, (graph::Shape{1, 6, 5, 5}));
  EXPECT_EQ(layer.multiply_accumulates, 6 * 5 * 5 * 3 * 2 * 3);
  EXPECT_EQ(layer.parameters, 5 * 3 * 2 * 3 + 5);
  EXPECT_EQ(layer.weight_bytes, 5 * 3 * 2 * 3 + 4 * 5);
  EXPECT_GE(layer.table_bytes, 5 * 5);
  EXPECT_EQ(layer.output_bytes, 150);
  EXPECT_EQ(layer.scratch_bytes, 3 * 2 * 3);
  EXPECT_EQ(layer.kernel, "mote_conv2d_s8");
  EXPECT_EQ(layer.op, "conv2d");
}

TEST(Cost, SumsItsLayers) {
  const Cost sum = cost(make_plan(test::network_graph(2)));
  std::int64_t products = 0;
  std::int64_t weights = 0;
  std::int64_t tables = 0;
  for (const LayerCost& layer : sum.layers) {
    products += layer.multiply_accumulates;
    weights += layer.weight_bytes;
    tables += layer.table_bytes;
  }
  EXPECT_EQ(sum.multiply_accumulates, products);
  EXPECT_EQ(sum.flash_bytes(), weights + tables + sum.kernel_bytes);
  EXPECT_GE(sum.arena_bytes, sum.arena_lower_bound_bytes);
  EXPECT_GT(sum.tflm_arena_bytes, sum.arena_bytes);
}

}  // namespace
}  // namespace mote::plan
