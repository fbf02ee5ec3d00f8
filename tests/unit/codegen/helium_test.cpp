#include <gtest/gtest.h>

#include "helium_networks.h"

namespace mote::test {
namespace {

TEST(HeliumFallback, ConvolutionsGiveTheBytesOfTheRuntime) {
  expect_right(helium_convolution_layers(), device::Core::kHost);
}

TEST(HeliumFallback, DepthwiseLayersGiveTheBytesOfTheRuntime) {
  expect_right(helium_depthwise_layers(), device::Core::kHost);
}

TEST(HeliumFallback, OtherLayersGiveTheBytesOfTheRuntime) {
  expect_right(helium_other_layers(), device::Core::kHost);
}

TEST(HeliumFallback, LayersOfFourBitWeightsGiveTheBytesOfTheRuntime) {
  expect_right(helium_int4_layers(), device::Core::kHost);
}

// A kernel that holds a byte for each weight would give away what four bits save.
TEST(HeliumKernels, KeepFourBitWeightsPacked) {
  for (const EmittedLayer& layer : helium_int4_layers()) EXPECT_TRUE(layer.option.name.ends_with("_int4"));
  const graph::Graph graph =
      with_weights(helium_convolution({"pointwise", {1, 5, 5, 64}, 64, 1, 1, {}}, 1), graph::DType::kInt4);
  const auto options = codegen::options(graph, 0, codegen::InstructionSet::kHelium);
  ASSERT_EQ(options.size(), 1U);
  EXPECT_LT(options[0].flash_bytes, 64 * 64 / 4);
}

// 16·(-8) - 1 is no byte.
TEST(HeliumKernels, AreNotOfferedForFourBitWeightsOfMinusEight) {
  graph::Graph graph =
      with_weights(helium_convolution({"pointwise", {1, 5, 5, 8}, 8, 1, 1, {}}, 1), graph::DType::kInt4);
  graph::Tensor& weights = graph.tensor(graph.nodes[0].inputs[1]);
  const auto old = graph::values<std::int8_t>(weights);
  std::vector<std::int8_t> values(old.begin(), old.end());
  values[3] = -8;
  weights.data = graph::make_buffer(std::span<const std::int8_t>(values));
  EXPECT_TRUE(codegen::options(graph, 0, codegen::InstructionSet::kHelium).empty());
}

TEST(HeliumKernels, EveryLayerOfTheNetworksHasOne) {
  for (const graph::Graph& network : helium_networks()) {
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
      if (!computes(network.nodes[i])) continue;
      EXPECT_FALSE(codegen::options(network, i, codegen::InstructionSet::kHelium).empty())
          << network.name << " layer " << i << " " << network.node_name(network.nodes[i]);
    }
  }
}

TEST(HeliumFallback, LayersOfRandomShapesGiveTheBytesOfTheRuntime) {
  for (const std::uint64_t seed : {1U, 2U}) {
    for (const LayerRun& run : run_layers(random_helium_layers(seed), device::Core::kHost)) {
      EXPECT_EQ(run.difference, "");
    }
  }
}

}  // namespace
}  // namespace mote::test
