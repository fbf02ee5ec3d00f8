#include <gtest/gtest.h>

#include "helium_networks.h"
#include "mote/device/toolchain.h"

namespace mote::test {
namespace {

TEST(HeliumEmbedded, ConvolutionsGiveTheBytesOfTheRuntime) {
  expect_right(helium_convolution_layers(), device::Core::kCortexM55);
}

TEST(HeliumEmbedded, LayersOfFourBitWeightsGiveTheBytesOfTheRuntime) {
  expect_right(helium_int4_layers(), device::Core::kCortexM55);
}

TEST(HeliumEmbedded, DepthwiseLayersGiveTheBytesOfTheRuntime) {
  expect_right(helium_depthwise_layers(), device::Core::kCortexM55);
}

TEST(HeliumEmbedded, OtherLayersGiveTheBytesOfTheRuntime) {
  expect_right(helium_other_layers(), device::Core::kCortexM55);
}

TEST(HeliumEmbedded, NetworksGiveTheBytesOfTheRuntimeLayerByLayer) {
  expect_right(helium_network_layers(), device::Core::kCortexM55);
}

TEST(HeliumEmbedded, LayersOfRandomShapesGiveTheBytesOfTheRuntime) {
  const std::string missing = device::missing_tools(device::Core::kCortexM55);
  if (!missing.empty()) GTEST_SKIP() << missing;
  for (const std::uint64_t seed : {1U, 2U}) {
    for (const LayerRun& run : run_layers(random_helium_layers(seed), device::Core::kCortexM55)) {
      EXPECT_EQ(run.difference, "");
    }
  }
}

}  // namespace
}  // namespace mote::test
