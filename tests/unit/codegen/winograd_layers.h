// Layers for the tests of Winograd convolutions: odd extents, every padding, every kind of end, extreme constants.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "layer_samples.h"

namespace mote::test {

inline std::vector<EmittedLayer> winograd_options(const std::string& name, const graph::Graph& graph) {
  std::vector<EmittedLayer> layers = all_options(name, graph, codegen::InstructionSet::kArmDsp);
  std::erase_if(layers, [](const EmittedLayer& layer) { return !layer.option.name.starts_with("winograd"); });
  return layers;
}

inline graph::Graph conv_3x3_graph(std::int32_t height, std::int32_t width, std::int32_t inputs, std::int32_t outputs,
                                   Padding padding, Activation activation, std::uint64_t seed) {
  return conv_graph({height, width, inputs, outputs, 3, 3, {1, 1, 1, 1, padding, activation}}, seed);
}

// Every weight of a channel at the same end of int8.
inline graph::Graph with_extreme_weights(graph::Graph graph) {
  graph::Tensor& weights = graph.tensor(graph.nodes[0].inputs[1]);
  std::vector<std::int8_t> values(static_cast<std::size_t>(weights.elements()));
  const std::size_t inner = values.size() / static_cast<std::size_t>(weights.shape[0]);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i / inner % 2 == 0 ? 127 : -127;
  weights.data = graph::make_buffer(std::span<const std::int8_t>(values));
  return graph;
}

inline graph::Graph with_last_bias(graph::Graph graph, std::int32_t bias) {
  graph::Tensor& biases = graph.tensor(graph.nodes[0].inputs[2]);
  const std::span<const std::int32_t> before = graph::values<std::int32_t>(biases);
  std::vector<std::int32_t> values(before.begin(), before.end());
  values.back() = bias;
  biases.data = graph::make_buffer(std::span<const std::int32_t>(values));
  return graph;
}

inline std::vector<EmittedLayer> winograd_layers() {
  std::vector<EmittedLayer> layers;
  std::uint64_t seed = 400;
  const auto add = [&](const std::string& name, const graph::Graph& graph) {
    for (EmittedLayer& layer : winograd_options(name, graph)) layers.push_back(std::move(layer));
  };
  add("whole blocks", conv_3x3_graph(4, 16, 6, 6, Padding::kSame, Activation::kRelu, ++seed));
  add("odd extents", conv_3x3_graph(7, 13, 5, 4, Padding::kSame, Activation::kRelu, ++seed));
  add("one block of two rows", conv_3x3_graph(2, 8, 1, 2, Padding::kSame, Activation::kNone, ++seed));
  add("valid", conv_3x3_graph(6, 11, 3, 8, Padding::kValid, Activation::kNone, ++seed));
  add("valid odd", conv_3x3_graph(5, 19, 8, 2, Padding::kValid, Activation::kRelu6, ++seed));
  add("without activation", conv_3x3_graph(5, 9, 8, 10, Padding::kSame, Activation::kNone, ++seed));
  add("below six", conv_3x3_graph(3, 10, 12, 4, Padding::kSame, Activation::kRelu6, ++seed));
  add("deep", conv_3x3_graph(4, 8, 64, 4, Padding::kSame, Activation::kRelu, ++seed));
  add("deepest", conv_3x3_graph(3, 9, 125, 2, Padding::kSame, Activation::kNone, ++seed));
  add("extreme weights", with_extreme_weights(conv_3x3_graph(5, 12, 16, 6, Padding::kSame, Activation::kRelu, ++seed)));
  add("extreme weights without activation",
      with_extreme_weights(conv_3x3_graph(6, 8, 7, 4, Padding::kSame, Activation::kNone, ++seed)));
  return layers;
}

}  // namespace mote::test
