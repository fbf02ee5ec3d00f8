// Layers on which the Helium kernels are tried, on the host and in the emulator.
#pragma once

#include <vector>

#include "emitted_layer.h"
#include "int8_graphs.h"
#include "number_formats.h"

namespace mote::test {

// The output made a ReLU's: zero point -128, no bounds beyond int8.
inline graph::Graph with_relu_range(graph::Graph graph) {
  graph::Tensor& output = graph.tensor(graph.outputs.front());
  output.quant.zero_points.front() = -128;
  return graph;
}

// Outputs so fine that some channels' multipliers are above one.
inline graph::Graph with_left_shifts(graph::Graph graph) {
  graph::Tensor& output = graph.tensor(graph.outputs.front());
  const graph::Node& node = graph.nodes.front();
  double product = graph.tensor(node.inputs[0]).quant.scales.front();
  product *= graph.tensor(node.inputs[1]).quant.scales.front();
  output.quant.scales.front() = static_cast<float>(product / 1.3);
  return graph;
}

struct HeliumShape {
  std::string name;
  graph::Shape input;
  std::int32_t filters;  // of a convolution; the multiplier of a depthwise layer
  std::int32_t kernel_h, kernel_w;
  graph::Conv2d op;
};

inline graph::Graph helium_convolution(const HeliumShape& shape, std::uint64_t seed) {
  Int8GraphBuilder b(shape.name, seed);
  return b.build(b.conv(b.input(shape.input), shape.filters, shape.kernel_h, shape.kernel_w, shape.op));
}

inline graph::Graph helium_depthwise(const HeliumShape& shape, std::uint64_t seed) {
  const graph::Conv2d& op = shape.op;
  Int8GraphBuilder b(shape.name, seed);
  return b.build(b.depthwise(b.input(shape.input), shape.filters, shape.kernel_h, shape.kernel_w,
                             {op.stride_h, op.stride_w, op.dilation_h, op.dilation_w, op.padding, op.activation}));
}

// Node `index` with its activations as the graph's inputs.
inline graph::Graph alone(const graph::Graph& graph, std::size_t index) {
  graph::Graph result = graph;
  result.nodes = {graph.nodes[index]};
  result.inputs.clear();
  for (const graph::TensorId id : result.nodes.front().inputs) {
    if (!graph.tensor(id).constant) result.inputs.push_back(id);
  }
  result.outputs = result.nodes.front().outputs;
  return graph::compact(result);
}

using Layers = std::vector<EmittedLayer>;

inline void add_layers(Layers& layers, const graph::Graph& graph) {
  const Layers more = all_options(graph.name, graph, codegen::InstructionSet::kHelium);
  layers.insert(layers.end(), more.begin(), more.end());
}

inline Layers helium_convolution_layers() {
  constexpr auto kSame = Padding::kSame;
  constexpr auto kValid = Padding::kValid;
  constexpr auto kRelu = Activation::kRelu;
  const std::vector<HeliumShape> shapes = {
      {"pointwise_64", {1, 25, 5, 64}, 64, 1, 1, {1, 1, 1, 1, kSame, kRelu}},
      {"pointwise_8_to_16", {1, 12, 12, 8}, 16, 1, 1, {1, 1, 1, 1, kSame, kRelu}},
      {"pointwise_17_to_9", {1, 5, 3, 17}, 9, 1, 1, {1, 1, 1, 1, kSame, kRelu}},
      {"pointwise_to_two", {1, 3, 5, 24}, 2, 1, 1, {1, 1, 1, 1, kSame, kRelu}},
      {"pointwise_deep", {1, 1, 3, 300}, 20, 1, 1, {1, 1, 1, 1, kSame, kRelu}},
      {"pointwise_strided", {1, 6, 7, 12}, 8, 1, 1, {2, 2, 1, 1, kSame, kRelu}},
      {"first_of_kws", {1, 49, 10, 1}, 64, 10, 4, {2, 2, 1, 1, kSame, kRelu}},
      {"conv_3x3", {1, 7, 7, 32}, 16, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"conv_3x3_strided", {1, 9, 8, 16}, 6, 3, 3, {2, 2, 1, 1, kSame, kRelu}},
      {"conv_dilated", {1, 13, 12, 3}, 6, 3, 3, {1, 1, 2, 3, kSame, kRelu}},
      {"conv_in_time", {1, 1, 40, 7}, 13, 1, 5, {1, 1, 1, 3, kValid, kRelu}},
      {"conv_whole_input", {1, 3, 4, 5}, 7, 3, 4, {1, 1, 1, 1, kValid, kRelu}},
  };
  Layers layers;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const graph::Graph graph = helium_convolution(shapes[i], 900 + i);
    add_layers(layers, graph);
    add_layers(layers, with_relu_range(graph));
    add_layers(layers, with_left_shifts(graph));
  }
  return layers;
}

// Convolutions and dense layers of weights of four bits.
inline Layers helium_int4_layers() {
  constexpr auto kSame = Padding::kSame;
  constexpr auto kValid = Padding::kValid;
  constexpr auto kRelu = Activation::kRelu;
  constexpr auto kNone = Activation::kNone;
  const std::vector<HeliumShape> shapes = {
      {"pointwise_64", {1, 5, 5, 64}, 64, 1, 1, {1, 1, 1, 1, kSame, kRelu}},
      {"pointwise_17_to_9", {1, 5, 3, 17}, 9, 1, 1, {1, 1, 1, 1, kSame, kNone}},
      {"pointwise_to_two", {1, 3, 5, 24}, 2, 1, 1, {1, 1, 1, 1, kSame, kRelu}},
      {"pointwise_to_three", {1, 4, 5, 24}, 3, 1, 1, {2, 1, 1, 1, kSame, kRelu}},
      {"pointwise_deep", {1, 1, 3, 300}, 20, 1, 1, {1, 1, 1, 1, kSame, kRelu}},
      {"conv_3x3_strided", {1, 9, 8, 16}, 6, 3, 3, {2, 2, 1, 1, kSame, kRelu}},
      {"conv_dilated", {1, 13, 12, 3}, 6, 3, 3, {1, 1, 2, 3, kSame, Activation::kRelu6}},
      {"conv_in_time", {1, 1, 40, 7}, 13, 1, 5, {1, 1, 1, 3, kValid, kNone}},
      {"conv_whole_input", {1, 3, 4, 5}, 7, 3, 4, {1, 1, 1, 1, kValid, kRelu}},
      {"dense_of_whole_vectors", {1, 1, 1, 64}, 12, 1, 1, {1, 1, 1, 1, kValid, kNone}},
      {"dense_of_one", {1, 1, 1, 37}, 1, 1, 1, {1, 1, 1, 1, kValid, kRelu}},
  };
  Layers layers;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const graph::Graph graph = with_weights(helium_convolution(shapes[i], 700 + i), graph::DType::kInt4);
    add_layers(layers, graph);
    add_layers(layers, with_relu_range(graph));
    add_layers(layers, with_left_shifts(graph));
  }
  for (const std::int32_t axis : {-1, 0}) {
    Int8GraphBuilder b("dense", 3);
    add_layers(layers, with_weights(b.build(b.dense(b.input({1, 83}), 11, axis)), graph::DType::kInt4));
  }
  return layers;
}

inline Layers helium_depthwise_layers() {
  constexpr auto kSame = Padding::kSame;
  constexpr auto kValid = Padding::kValid;
  constexpr auto kRelu = Activation::kRelu;
  const std::vector<HeliumShape> shapes = {
      {"depthwise_kws", {1, 25, 5, 64}, 1, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_wide", {1, 10, 24, 16}, 1, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_odd", {1, 9, 13, 5}, 1, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_small", {1, 3, 3, 9}, 1, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_six_columns", {1, 6, 6, 32}, 1, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_two_columns", {1, 9, 2, 4}, 1, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_four_columns", {1, 7, 4, 6}, 1, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_one_column", {1, 19, 1, 3}, 1, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_valid", {1, 8, 11, 4}, 1, 3, 3, {1, 1, 1, 1, kValid, kRelu}},
      {"depthwise_2x3", {1, 8, 9, 4}, 1, 2, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_strided", {1, 12, 12, 16}, 1, 3, 3, {2, 2, 1, 1, kSame, kRelu}},
      {"depthwise_strided_odd", {1, 13, 9, 7}, 1, 3, 3, {2, 2, 1, 1, kSame, kRelu}},
      {"depthwise_strided_valid", {1, 14, 35, 3}, 1, 3, 3, {2, 2, 1, 1, kValid, kRelu}},
      {"depthwise_5x5", {1, 9, 8, 20}, 1, 5, 5, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_dilated", {1, 9, 8, 12}, 1, 3, 3, {1, 1, 2, 2, kSame, kRelu}},
      {"depthwise_times_three", {1, 10, 9, 3}, 3, 5, 3, {2, 2, 1, 1, kSame, kRelu}},
      {"depthwise_times_eight", {1, 7, 6, 5}, 8, 3, 3, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_one_tap", {1, 4, 5, 9}, 1, 1, 1, {1, 1, 1, 1, kSame, kRelu}},
      {"depthwise_in_time", {1, 1, 21, 12}, 1, 1, 9, {1, 1, 1, 1, kValid, kRelu}},
      {"depthwise_uneven_steps", {1, 9, 14, 8}, 1, 3, 3, {1, 2, 1, 1, kSame, kRelu}},
      {"depthwise_of_one_3x3", {1, 24, 24, 1}, 8, 3, 3, {2, 2, 1, 1, kSame, kRelu}},
      {"depthwise_of_one", {1, 49, 40, 1}, 8, 10, 8, {2, 2, 1, 1, kSame, kRelu}},
  };
  Layers layers;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const graph::Graph graph = helium_depthwise(shapes[i], 700 + i);
    add_layers(layers, graph);
    add_layers(layers, with_relu_range(graph));
    add_layers(layers, with_left_shifts(graph));
  }
  return layers;
}

inline Layers helium_other_layers() {
  Layers layers;
  for (const graph::Graph& graph : op_graphs(31)) {
    if (graph.nodes.size() == 1) add_layers(layers, graph);
  }
  const auto dense = [&](std::int32_t inputs, std::int32_t outputs, std::int32_t axis) {
    Int8GraphBuilder b("dense_" + std::to_string(inputs), 40 + static_cast<std::uint64_t>(inputs));
    const graph::Graph graph = b.build(b.dense(b.input({1, inputs}), outputs, axis));
    add_layers(layers, graph);
    add_layers(layers, with_left_shifts(graph));
  };
  dense(64, 12, -1);
  dense(1, 16, 0);
  dense(1000, 4, -1);
  {
    Int8GraphBuilder b("add_of_two", 78);
    const TensorId x = b.input({1, 5, 7, 9});
    const graph::Graph two = b.build(b.add(x, b.tied(graph::Reshape{{1, 5, 7, 9}}, {x}), Activation::kRelu));
    add_layers(layers, alone(two, 1));
  }
  Int8GraphBuilder b("average_kws", 77);
  add_layers(layers,
             b.build(b.tied(graph::Pool2d{graph::PoolKind::kAverage, 25, 5, 25, 5}, {b.input({1, 25, 5, 64})})));
  return layers;
}

}  // namespace mote::test
