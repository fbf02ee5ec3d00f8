// Layers of int16 activations and int8 weights, of shapes that leave every kind of rest.
#pragma once

#include <string>
#include <vector>

#include "emitted_layer.h"
#include "int8_graphs.h"
#include "number_formats.h"
#include "zero_filters.h"

namespace mote::test {

// Bodies of graphs with int8 activations; each becomes one of int16.
class Int16Graphs {
 public:
  template <class Body>
  void add(const std::string& name, Body body) {
    Int8GraphBuilder builder(name, graphs_.size() + 1);
    graphs_.push_back(with_int16_activations(builder.build(body(builder))));
  }
  std::vector<graph::Graph> take() { return std::move(graphs_); }

 private:
  std::vector<graph::Graph> graphs_;
};

inline std::vector<graph::Graph> int16_filter_graphs() {
  Int16Graphs graphs;
  using B = Int8GraphBuilder;
  graphs.add("same", [](B& b) {
    return b.conv(b.input({1, 9, 7, 3}), 5, 3, 2, {2, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  graphs.add("valid", [](B& b) {
    return b.conv(b.input({1, 8, 11, 2}), 4, 4, 3, {1, 3, 1, 1, Padding::kValid, Activation::kNone});
  });
  graphs.add("dilated", [](B& b) {
    return b.conv(b.input({1, 13, 12, 3}), 6, 3, 3, {1, 1, 2, 3, Padding::kSame, Activation::kRelu6});
  });
  graphs.add("pointwise", [](B& b) {
    return b.conv(b.input({1, 6, 5, 32}), 16, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  graphs.add("pointwise_of_whole_blocks", [](B& b) {
    return b.conv(b.input({1, 4, 3, 22}), 12, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kRelu6});
  });
  graphs.add("pointwise_odd", [](B& b) {
    return b.conv(b.input({1, 3, 5, 17}), 9, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kNone});
  });
  graphs.add("pointwise_strided", [](B& b) {
    return b.conv(b.input({1, 7, 8, 6}), 7, 1, 1, {2, 3, 1, 1, Padding::kSame, Activation::kRelu});
  });
  graphs.add("long_kernel", [](B& b) {
    return b.conv(b.input({1, 21, 10, 1}), 8, 10, 4, {2, 2, 1, 1, Padding::kSame, Activation::kRelu});
  });
  graphs.add("three_positions", [](B& b) {
    return b.conv(b.input({1, 3, 5, 4}), 3, 3, 3, {1, 1, 1, 1, Padding::kValid, Activation::kRelu});
  });
  graphs.add("deep", [](B& b) {
    return b.conv(b.input({1, 4, 4, 24}), 6, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  graphs.add("whole_window", [](B& b) {
    return b.conv(b.input({1, 3, 5, 3}), 4, 3, 5, {1, 1, 1, 1, Padding::kValid, Activation::kRelu});
  });
  graphs.add("one_position", [](B& b) {
    return b.conv(b.input({1, 2, 3, 5}), 4, 3, 3, {2, 3, 1, 1, Padding::kSame, Activation::kNone});
  });
  graphs.add("dense", [](B& b) { return b.dense(b.input({1, 83}), 11); });
  graphs.add("dense_of_a_map", [](B& b) { return b.dense(b.input({1, 3, 2, 5}), 7, -1, Activation::kRelu); });
  graphs.add("dense_per_channel", [](B& b) { return b.dense(b.input({1, 64}), 6, 0, Activation::kRelu6); });
  graphs.add("dense_without_bias", [](B& b) { return b.dense_without_bias(b.input({1, 19}), 4); });
  return graphs.take();
}

inline std::vector<graph::Graph> int16_depthwise_graphs() {
  Int16Graphs graphs;
  using B = Int8GraphBuilder;
  graphs.add("depthwise_3x3", [](B& b) {
    return b.depthwise(b.input({1, 9, 7, 8}), 1, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  graphs.add("depthwise_odd", [](B& b) {
    return b.depthwise(b.input({1, 8, 9, 7}), 1, 3, 3, {2, 2, 1, 1, Padding::kSame, Activation::kNone});
  });
  graphs.add("depthwise_six", [](B& b) {
    return b.depthwise(b.input({1, 5, 6, 6}), 1, 2, 2, {1, 1, 1, 1, Padding::kValid, Activation::kRelu6});
  });
  graphs.add("depthwise_dilated", [](B& b) {
    return b.depthwise(b.input({1, 11, 9, 5}), 1, 3, 3, {1, 1, 2, 3, Padding::kSame, Activation::kRelu});
  });
  graphs.add("depthwise_long", [](B& b) {
    return b.depthwise(b.input({1, 21, 5, 12}), 1, 10, 4, {2, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  graphs.add("depthwise_frames", [](B& b) {
    return b.depthwise(b.input({1, 25, 1, 16}), 1, 9, 1, {1, 1, 1, 1, Padding::kSame, Activation::kNone});
  });
  graphs.add("depthwise_whole", [](B& b) {
    return b.depthwise(b.input({1, 4, 3, 4}), 1, 4, 3, {1, 1, 1, 1, Padding::kValid, Activation::kRelu6});
  });
  graphs.add("depthwise_wide", [](B& b) {
    return b.depthwise(b.input({1, 6, 5, 64}), 1, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  return graphs.take();
}

// Outputs of some filters are constants.
inline std::vector<graph::Graph> int16_graphs_with_zero_filters(std::vector<graph::Graph> graphs) {
  Rng rng = Rng::derive(1, "zero filters", {});
  for (graph::Graph& graph : graphs) graph = with_zero_filters(graph, 0.4, ZeroBias::kKept, rng);
  return graphs;
}

// Every weight is `weight`.
inline graph::Graph with_every_weight(graph::Graph graph, std::int8_t weight) {
  graph::Tensor& weights = graph.tensor(graph.nodes[0].inputs[1]);
  const std::vector<std::int8_t> values(static_cast<std::size_t>(weights.elements()), weight);
  weights.data = graph::make_buffer(std::span<const std::int8_t>(values));
  return graph;
}

inline graph::Graph int16_dense_without_bias(std::int32_t inputs, std::int8_t weight) {
  Int8GraphBuilder b("dense", 3);
  return with_every_weight(with_int16_activations(b.build(b.dense_without_bias(b.input({1, inputs}), 4))), weight);
}

inline std::vector<EmittedLayer> int16_layers(const std::vector<graph::Graph>& graphs) {
  std::vector<EmittedLayer> layers;
  for (const graph::Graph& graph : graphs) {
    for (EmittedLayer& layer : all_options(graph.name, graph, codegen::InstructionSet::kArmDsp))
      layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace mote::test
