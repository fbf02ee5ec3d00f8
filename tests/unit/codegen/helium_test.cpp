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
