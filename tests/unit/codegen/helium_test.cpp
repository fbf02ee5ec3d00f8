#include <gtest/gtest.h>

#include "helium_layers.h"

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

}  // namespace
}  // namespace mote::test
