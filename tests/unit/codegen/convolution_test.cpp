#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

TEST(Convolution, EveryOptionGivesTheRuntimesBytesOnTheHost) {
  expect_right(convolution_layers(), device::Core::kHost);
}

TEST(Convolution, ChannelsWithAndWithoutRightShiftMayBeMixed) {
  const std::vector<EmittedLayer> layers = mixed_layers();
  EXPECT_GE(layers.size(), 12U);
  expect_right(layers, device::Core::kHost);
}

}  // namespace
}  // namespace mote::test
