#include "mote/quant/weights.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mote/graph/builder.h"

namespace mote::quant {
namespace {

using Integers = std::vector<std::int8_t>;

// Two channels of four weights each.
constexpr WeightLayout kTwoRows{0, 2, 4, 2};

const std::vector<float> kWeights{0.7F, -0.36F, 0.06F, 0.0F, -2.0F, 2.0F, 0.1F, 1.1F};

TEST(IntegerWeights, OfInt8ReachTheGreatestWeightAt127) {
  const IntegerWeights result = integer_weights(kWeights, kTwoRows, WeightType::kInt8);
  EXPECT_EQ(result.integers, (Integers{127, -65, 11, 0, -127, 127, 6, 70}));
  EXPECT_FLOAT_EQ(result.scales[0], 0.7F / 127);
  EXPECT_FLOAT_EQ(result.scales[1], 2.0F / 127);
}

TEST(IntegerWeights, OfInt4ReachTheGreatestWeightAt7) {
  const IntegerWeights result = integer_weights(kWeights, kTwoRows, WeightType::kInt4);
  EXPECT_EQ(result.integers, (Integers{7, -4, 1, 0, -7, 7, 0, 4}));
  EXPECT_FLOAT_EQ(result.scales[0], 0.1F);
  EXPECT_FLOAT_EQ(result.values()[1], -0.4F);
}

// Row 0: mean magnitude 0.28, threshold 0.196; row 1: mean 1.3, threshold 0.91.
TEST(IntegerWeights, OfTernaryKeepTheSignAboveTheThreshold) {
  const IntegerWeights result = integer_weights(kWeights, kTwoRows, WeightType::kTernary);
  EXPECT_EQ(result.integers, (Integers{1, -1, 0, 0, -1, 1, 0, 1}));
  EXPECT_FLOAT_EQ(result.scales[0], 0.53F);
  EXPECT_FLOAT_EQ(result.scales[1], 5.1F / 3);
}

TEST(IntegerWeights, OfBinaryAreSignsTimesTheMeanMagnitude) {
  const IntegerWeights result = integer_weights(kWeights, kTwoRows, WeightType::kBinary);
  EXPECT_EQ(result.integers, (Integers{1, -1, 1, 1, -1, 1, 1, 1}));
  EXPECT_FLOAT_EQ(result.scales[0], 0.28F);
}

TEST(IntegerWeights, WithGivenScalesAreRoundedToThem) {
  const std::vector<float> given{0.5F, 1.0F};
  EXPECT_EQ(integer_weights(kWeights, kTwoRows, WeightType::kInt4, {given, {}}).integers,
            (Integers{1, -1, 0, 0, -2, 2, 0, 1}));
  EXPECT_EQ(integer_weights(kWeights, kTwoRows, WeightType::kTernary, {given, {}}).integers,
            (Integers{1, -1, 0, 0, -1, 1, 0, 1}));
}

TEST(IntegerWeights, AreClampedToTheirType) {
  const std::vector<float> given{0.01F, 0.01F};
  EXPECT_EQ(integer_weights(kWeights, kTwoRows, WeightType::kInt4, {given, {}}).integers,
            (Integers{7, -7, 6, 0, -7, 7, 7, 7}));
}

TEST(IntegerWeights, TakeAFloorThatIsAboveTheirScale) {
  const std::vector<float> least{100.0F, 0.0F};
  const IntegerWeights result = integer_weights(kWeights, kTwoRows, WeightType::kTernary, {{}, least});
  EXPECT_EQ(result.scales[0], 100.0F);
  EXPECT_EQ(result.integers, (Integers{0, 0, 0, 0, -1, 1, 0, 1}));
}

TEST(IntegerWeights, WithOneScaleInAllTakeTheGreatestOfAllChannels) {
  const IntegerWeights result = integer_weights(kWeights, {0, 2, 4, 1}, WeightType::kInt8);
  EXPECT_EQ(result.scales, std::vector<float>{2.0F / 127});
  EXPECT_EQ(result.integers[0], 44);
}

TEST(IntegerWeights, OfZerosHaveAScale) {
  const std::vector<float> zeros(8, 0.0F);
  for (WeightType type : {WeightType::kInt8, WeightType::kInt4, WeightType::kTernary, WeightType::kBinary}) {
    EXPECT_GT(integer_weights(zeros, kTwoRows, type).scales[0], 0.0F);
  }
}

// Hazard: a filter whose weights are all zero (a dead or pruned channel) has no scale of its own. With a floor at the
// least float its bias / (input scale · weight scale) leaves int32 and comes out as another number; the layer then adds
// a constant that no float run shows.
TEST(LeastWeightScale, OfAnAllZeroFilterKeepsItsBiasInInt32) {
  for (float bias : {1e-6F, 0.5F, -3.0F, 1e6F}) {
    for (float input_scale : {1e-6F, 0.01F, 10.0F}) {
      const float least = least_weight_scale(bias, input_scale, ActivationType::kInt8);
      const double scale = static_cast<double>(input_scale) * static_cast<double>(least);
      const double raw = static_cast<double>(bias) / scale;
      EXPECT_LT(std::abs(raw), 1.1e9) << bias << " " << input_scale;
      EXPECT_NEAR(std::round(raw) * scale, bias, std::abs(bias) * 1e-4 + scale);
    }
  }
}

TEST(LeastWeightScale, IsNeverZero) {
  EXPECT_GT(least_weight_scale(0.0F, 0.1F, ActivationType::kInt8), 0.0F);
  EXPECT_GT(least_weight_scale(0.0F, 0.1F, ActivationType::kInt16), 0.0F);
}

graph::Graph two_layers() {
  graph::GraphBuilder builder("g");
  const auto x = builder.input("x", {1, 2, 2, 2});
  const auto w = builder.constant("w", {1, 2, 2, 4}, std::vector<float>(16, 0.5F));
  const auto y = builder.node("y", graph::DepthwiseConv2d{}, {x, w});
  const auto v = builder.constant("v", {3, 4}, std::vector<float>(12, 0.5F));
  const auto z = builder.node("z", graph::Dense{}, {y, v});
  builder.output(builder.node("r", graph::Unary{}, {z}));
  return builder.build();
}

TEST(WeightLayoutOfANode, FollowsTheOpAndTheType) {
  const graph::Graph graph = two_layers();
  const auto layout = [&](std::size_t node, WeightType type, DenseScales dense) {
    return *weight_layout(graph, graph.nodes[node], type, dense);
  };
  const WeightLayout depthwise = layout(0, WeightType::kInt4, DenseScales::kPerTensor);
  EXPECT_EQ(depthwise.axis, 3);
  EXPECT_EQ(depthwise.channels, 4U);
  EXPECT_EQ(depthwise.inner, 1U);
  EXPECT_EQ(depthwise.scales, 4U);
  EXPECT_EQ(depthwise.channel_of(6), 2U);
  EXPECT_EQ(layout(1, WeightType::kInt4, DenseScales::kPerTensor).scales, 1U);
  EXPECT_EQ(layout(1, WeightType::kInt4, DenseScales::kPerChannel).scales, 3U);
  EXPECT_EQ(layout(1, WeightType::kTernary, DenseScales::kPerTensor).scales, 3U);
  EXPECT_EQ(weight_layout(graph, graph.nodes[2], WeightType::kInt8, DenseScales::kPerTensor), std::nullopt);
}

}  // namespace
}  // namespace mote::quant
