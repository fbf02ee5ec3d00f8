#include "depthwise_layers.h"

namespace mote::test {

TEST(Depthwise, RowsOfThreeByThreeEqualTheRuntimeOnTheHost) {
  expect_right(depthwise_3x3_layers(), device::Core::kHost);
}

TEST(Depthwise, AnyWindowEqualsTheRuntimeOnTheHost) {
  expect_right(other_depthwise_layers(), device::Core::kHost);
}

TEST(Depthwise, OfOneInputChannelRunsAsAConvolutionOnTheHost) {
  expect_same_bytes(one_channel_layers(), device::Core::kHost);
}

}  // namespace mote::test
