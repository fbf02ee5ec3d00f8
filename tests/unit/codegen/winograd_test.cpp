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

TEST(Winograd, IsNotOfferedWhereFourTimesTheSumLeaves32Bits) {
  graph::Graph graph = conv_3x3_graph(8, 8, 4, 4, Padding::kSame, Activation::kRelu, 1);
  EXPECT_FALSE(winograd_options("bias", with_last_bias(graph, 1 << 16)).empty());
  EXPECT_TRUE(winograd_options("bias", with_last_bias(graph, 1 << 29)).empty());
  EXPECT_TRUE(winograd_options("bias", with_last_bias(graph, -(1 << 29))).empty());
}

}  // namespace
}  // namespace mote::test
