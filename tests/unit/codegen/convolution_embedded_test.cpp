#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

TEST(ConvolutionEmbedded, EveryOptionGivesTheRuntimesBytesAndItsEstimatesHoldOnCortexM4) {
  expect_right(convolution_layers(), device::Core::kCortexM4);
}

TEST(ConvolutionEmbedded, ChannelsWithAndWithoutRightShiftMayBeMixed) {
  const std::vector<EmittedLayer> layers = mixed_layers();
  EXPECT_GE(layers.size(), 12U);
  expect_right(layers, device::Core::kCortexM4);
}

}  // namespace
}  // namespace mote::test
