#include <gtest/gtest.h>

#include "winograd_layers.h"

namespace mote::test {
namespace {

TEST(Winograd, EveryOptionGivesTheRuntimesBytesOnTheHost) {
  const std::vector<EmittedLayer> layers = winograd_layers();
  EXPECT_GE(layers.size(), 22U);
  expect_right(layers, device::Core::kHost);
}

TEST(Winograd, IsNotOfferedForStridesDilationsOtherWindowsOrNarrowOutputs) {
  const auto count = [](const ConvShape& shape) { return winograd_options("none", conv_graph(shape, 1)).size(); };
  EXPECT_GT(count({8, 8, 4, 4, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu}}), 0U);
  EXPECT_EQ(count({8, 16, 4, 4, 3, 3, {1, 2, 1, 1, Padding::kSame, Activation::kRelu}}), 0U);
  EXPECT_EQ(count({8, 8, 4, 4, 3, 3, {1, 1, 2, 2, Padding::kSame, Activation::kRelu}}), 0U);
  EXPECT_EQ(count({8, 8, 4, 4, 3, 5, {1, 1, 1, 1, Padding::kSame, Activation::kRelu}}), 0U);
  EXPECT_EQ(count({8, 9, 4, 4, 3, 3, {1, 1, 1, 1, Padding::kValid, Activation::kRelu}}), 0U);
  EXPECT_EQ(count({8, 8, 4, 5, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu}}), 0U);
}

}  // namespace
}  // namespace mote::test
