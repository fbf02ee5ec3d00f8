#include <gtest/gtest.h>

#include "int16_layers.h"

namespace mote::test {
namespace {

std::vector<EmittedLayer> all_int16_layers() {
  std::vector<graph::Graph> graphs = int16_filter_graphs();
  for (graph::Graph& graph : int16_depthwise_graphs()) graphs.push_back(std::move(graph));
  return int16_layers(graphs);
}

TEST(Int16Embedded, FiltersGiveTheRuntimesBytesAndTheirEstimatesHoldOnCortexM4) {
  expect_right(int16_layers(int16_filter_graphs()), device::Core::kCortexM4);
}

TEST(Int16Embedded, DepthwiseGivesTheRuntimesBytesAndItsEstimatesHoldOnCortexM4) {
  expect_right(int16_layers(int16_depthwise_graphs()), device::Core::kCortexM4);
}

TEST(Int16Embedded, FiltersWithoutWeightsAndTheLargestSumsGiveTheRuntimesBytesOnCortexM4) {
  std::vector<graph::Graph> graphs = int16_graphs_with_zero_filters(int16_filter_graphs());
  for (const std::int8_t weight : {std::int8_t{127}, std::int8_t{-127}})
    graphs.push_back(int16_dense_without_bias(516, weight));
  expect_right(int16_layers(graphs), device::Core::kCortexM4);
}

TEST(Int16Embedded, EveryOptionGivesTheRuntimesBytesOnCortexM33AndCompiledPortable) {
  expect_right(all_int16_layers(), device::Core::kCortexM33);
  expect_right(all_int16_layers(), device::Core::kCortexM4, {"-O2", {"MOTE_PORTABLE"}, {}});
}

TEST(Int16Embedded, EveryOptionGivesTheRuntimesBytesCompiledForSizeOrNotAtAll) {
  for (const char* optimization : {"-Os", "-O0"})
    expect_right(all_int16_layers(), device::Core::kCortexM4, {optimization});
}

}  // namespace
}  // namespace mote::test
