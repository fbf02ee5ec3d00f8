#include <gtest/gtest.h>

#include "winograd_layers.h"

namespace mote::test {
namespace {

TEST(WinogradEmbedded, EveryOptionGivesTheRuntimesBytesAndItsEstimatesHoldOnCortexM4) {
  expect_right(winograd_layers(), device::Core::kCortexM4);
}

TEST(WinogradEmbedded, LayersOfResnet8GiveTheRuntimesBytesAndTheirEstimatesHoldOnCortexM4) {
  std::vector<EmittedLayer> layers;
  const auto add = [&](const std::string& name, const graph::Graph& graph) {
    for (EmittedLayer& layer : winograd_options(name, graph)) layers.push_back(std::move(layer));
  };
  add("3 to 16", conv_3x3_graph(32, 32, 3, 16, Padding::kSame, Activation::kRelu, 1));
  add("16 to 16", conv_3x3_graph(32, 32, 16, 16, Padding::kSame, Activation::kRelu, 2));
  add("32 to 32", conv_3x3_graph(16, 16, 32, 32, Padding::kSame, Activation::kNone, 3));
  add("64 to 64", conv_3x3_graph(8, 8, 64, 64, Padding::kSame, Activation::kNone, 4));
  expect_right(layers, device::Core::kCortexM4);
}

}  // namespace
}  // namespace mote::test
