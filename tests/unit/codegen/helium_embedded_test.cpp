#include <gtest/gtest.h>

#include "helium_layers.h"

namespace mote::test {
namespace {

TEST(HeliumEmbedded, ConvolutionsGiveTheBytesOfTheRuntime) {
  expect_right(helium_convolution_layers(), device::Core::kCortexM55);
}

TEST(HeliumEmbedded, DepthwiseLayersGiveTheBytesOfTheRuntime) {
  expect_right(helium_depthwise_layers(), device::Core::kCortexM55);
}

TEST(HeliumEmbedded, OtherLayersGiveTheBytesOfTheRuntime) {
  expect_right(helium_other_layers(), device::Core::kCortexM55);
}

}  // namespace
}  // namespace mote::test
