#include <gtest/gtest.h>

#include <set>

#include "int16_layers.h"

namespace mote::test {
namespace {

using codegen::InstructionSet;

TEST(Int16Filters, AreOfferedForEveryLayerAndGiveTheRuntimesBytes) {
  const std::vector<graph::Graph> graphs = int16_filter_graphs();
  for (const graph::Graph& graph : graphs)
    EXPECT_EQ(codegen::options(graph, 0, InstructionSet::kArmDsp).size(), 1U) << graph.name;
  expect_right(int16_layers(graphs), device::Core::kHost);
}

TEST(Int16Filters, HaveACoreForEveryKindOfBounds) {
  std::set<std::string> cores;
  for (const EmittedLayer& layer : int16_layers(int16_filter_graphs()))
    cores.insert(layer.option.cores.begin(), layer.option.cores.end());
  for (const char* core : {"mote_int16_4x2", "mote_int16_4x2_relu", "mote_int16_4x2_bounded", "mote_int16_1x2",
                           "mote_int16_1x2_relu", "mote_int16_1x2_bounded"})
    EXPECT_TRUE(cores.contains(core)) << core;
}

TEST(Int16Filters, GiveTheRuntimesBytesWhereFiltersHaveNoWeights) {
  expect_right(int16_layers(int16_graphs_with_zero_filters(int16_filter_graphs())), device::Core::kHost);
}

// 516·127·32768 < 2^31 < 517·127·32768
TEST(Int16Filters, AreOfferedWhileEverySumFits32Bits) {
  EXPECT_EQ(codegen::options(int16_dense_without_bias(516, -127), 0, InstructionSet::kArmDsp).size(), 1U);
  EXPECT_TRUE(codegen::options(int16_dense_without_bias(517, -127), 0, InstructionSet::kArmDsp).empty());
}

TEST(Int16Filters, GiveTheRuntimesBytesAtTheLargestSums) {
  for (const std::int8_t weight : {std::int8_t{127}, std::int8_t{-127}})
    expect_right(int16_layers({int16_dense_without_bias(516, weight)}), device::Core::kHost);
}

TEST(Int16Filters, MayWriteOverTheirInputFromTheLeastDistanceUp) {
  std::vector<EmittedLayer> layers;
  for (const EmittedLayer& layer : int16_layers(int16_filter_graphs())) {
    for (const std::int64_t further : {4, 20, 64}) {
      layers.push_back(layer);
      if (layer.distance_bytes) layers.back().distance_bytes = *layer.distance_bytes + further;
    }
  }
  expect_right(layers, device::Core::kHost);
}

// As many channels out as in: a network's pointwise layers take no memory of their own.
TEST(Int16Filters, RunPointwiseLayersOfEqualChannelsInPlace) {
  Int8GraphBuilder b("pointwise", 1);
  const graph::Graph graph = with_int16_activations(
      b.build(b.conv(b.input({1, 5, 5, 8}), 8, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kRelu})));
  const auto options = codegen::options(graph, 0, InstructionSet::kArmDsp);
  ASSERT_EQ(options.size(), 1U);
  EXPECT_EQ(options[0].overlaps[0].least_distance_bytes, 0);
}

TEST(Int16Depthwise, IsOfferedForEveryWindowAndGivesTheRuntimesBytes) {
  const std::vector<graph::Graph> graphs = int16_depthwise_graphs();
  for (const graph::Graph& graph : graphs)
    EXPECT_EQ(codegen::options(graph, 0, InstructionSet::kArmDsp).size(), 1U) << graph.name;
  expect_right(int16_layers(graphs), device::Core::kHost);
  expect_right(int16_layers(int16_graphs_with_zero_filters(graphs)), device::Core::kHost);
}

// A tap of the dilated kernel may miss the input on either side.
TEST(Int16Depthwise, IsNotOfferedWhereAWindowMissesTheInput) {
  Int8GraphBuilder b("missing", 1);
  const graph::Graph graph = with_int16_activations(
      b.build(b.depthwise(b.input({1, 6, 2, 4}), 1, 1, 2, {1, 1, 1, 4, Padding::kSame, Activation::kRelu})));
  EXPECT_TRUE(codegen::options(graph, 0, InstructionSet::kArmDsp).empty());
}

}  // namespace
}  // namespace mote::test
