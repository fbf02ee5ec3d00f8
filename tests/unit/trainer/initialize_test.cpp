#include "mote/trainer/initialize.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mote/base/error.h"
#include "mote/graph/text.h"
#include "synthetic_source.h"

namespace mote::trainer {
namespace {

std::span<const float> values_of(const graph::Graph& graph, const std::string& name) {
  for (const auto& tensor : graph.tensors) {
    if (tensor.name == name) return graph::values<float>(tensor);
  }
  return {};
}

double deviation(std::span<const float> values) {
  double squares = 0;
  for (float value : values) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

TEST(Initialize, DrawsHiddenWeightsWithTheVarianceOfTheirFanIn) {
  const auto graph = initialize(test::small_mlp(200, 300, 4), 1);
  EXPECT_NEAR(deviation(values_of(graph, "hidden.w")), std::sqrt(2.0 / 200), 0.002);
}

TEST(Initialize, DrawsTheClassifierUniformlyInGlorotsBounds) {
  const auto graph = initialize(test::small_mlp(20, 300, 4), 1);
  const double bound = std::sqrt(6.0 / 304);
  const auto weights = values_of(graph, "logits.w");
  EXPECT_NEAR(deviation(weights), bound / std::sqrt(3.0), 0.004);
  for (float value : weights) EXPECT_LE(std::abs(value), bound);
}

TEST(Initialize, StartsBatchNormsAsIdentity) {
  const auto graph = initialize(test::small_conv_net(3), 1);
  for (float value : values_of(graph, "conv.gamma")) EXPECT_EQ(value, 1.0F);
  for (float value : values_of(graph, "conv.variance")) EXPECT_EQ(value, 1.0F);
  for (float value : values_of(graph, "conv.beta")) EXPECT_EQ(value, 0.0F);
  for (float value : values_of(graph, "conv.mean")) EXPECT_EQ(value, 0.0F);
  for (float value : values_of(graph, "conv.b")) EXPECT_EQ(value, 0.0F);
}

TEST(Initialize, GivesEachTensorAStreamOfItsOwn) {
  const auto narrow = initialize(test::small_mlp(10, 8, 3), 1);
  const auto wide = initialize(test::small_mlp(11, 8, 3), 1);
  const auto first = values_of(narrow, "logits.w"), second = values_of(wide, "logits.w");
  EXPECT_TRUE(std::equal(first.begin(), first.end(), second.begin(), second.end()));
  const auto reseeded = initialize(test::small_mlp(10, 8, 3), 2);
  const auto third = values_of(reseeded, "logits.w");
  EXPECT_FALSE(std::equal(first.begin(), first.end(), third.begin(), third.end()));
}

TEST(Initialize, LeavesValuesThatAreThere) {
  const auto graph = initialize(test::small_mlp(10, 8, 3), 1);
  EXPECT_TRUE(initialize(graph, 2) == graph);
}

TEST(Initialize, RefusesAnEmptyConstantThatIsNoParameter) {
  graph::GraphBuilder b("odd");
  const auto x = b.input("x", {1, 2});
  b.output(b.node("sum", graph::Binary{}, {x, b.weight("offset", {1, 2})}));
  try {
    initialize(b.build(), 1);
    FAIL() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
    EXPECT_NE(std::string(error.what()).find("'offset'"), std::string::npos);
  }
}

}  // namespace
}  // namespace mote::trainer
