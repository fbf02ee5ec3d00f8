#include "depthwise_layers.h"

namespace mote::test {

TEST(Depthwise, RowsOfThreeByThreeEqualTheRuntimeOnCortexM4) {
  expect_right(depthwise_3x3_layers(), device::Core::kCortexM4);
}

TEST(Depthwise, EveryEndOfThreeByThreeEqualsTheRuntimeOnCortexM4) {
  const std::vector<EmittedLayer> layers = depthwise_3x3_ends();
  const auto is_rows = [](const EmittedLayer& layer) { return layer.option.name == "mote_depthwise_3x3"; };
  EXPECT_GE(std::count_if(layers.begin(), layers.end(), is_rows), 20);
  expect_right(layers, device::Core::kCortexM4);
}

TEST(Depthwise, AnyWindowEqualsTheRuntimeOnCortexM4) {
  expect_right(other_depthwise_layers(), device::Core::kCortexM4);
}

TEST(Depthwise, OfOneInputChannelRunsAsAConvolutionOnCortexM4) {
  expect_same_bytes(one_channel_layers(), device::Core::kCortexM4);
}

TEST(Depthwise, PortableAndUnoptimizedFormsEqualTheRuntime) {
  expect_right(depthwise_3x3_layers(), device::Core::kCortexM4, {"-O2", {"MOTE_PORTABLE"}, {}});
  expect_right(depthwise_3x3_ends(), device::Core::kCortexM4, {"-O2", {"MOTE_PORTABLE"}, {}});
  expect_right(depthwise_3x3_layers(), device::Core::kCortexM33, {"-O0", {}, {}});
}

}  // namespace mote::test
