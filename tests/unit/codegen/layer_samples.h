// Layers for the generators' tests: odd counts, every kind of end, tails.
#pragma once

#include <string>
#include <vector>

#include "emitted_layer.h"
#include "int8_graphs.h"

namespace mote::test {

inline void append_options(std::vector<EmittedLayer>& layers, const std::string& name, const graph::Graph& graph) {
  for (EmittedLayer& layer : all_options(name, graph, codegen::InstructionSet::kArmDsp))
    layers.push_back(std::move(layer));
}

struct ConvShape {
  std::int32_t height, width, inputs, outputs, kernel_h, kernel_w;
  graph::Conv2d op;
};

// With a ReLU the output's zero point is -128, as quantization makes it.
inline graph::Graph conv_graph(const ConvShape& s, std::uint64_t seed) {
  Int8GraphBuilder b("conv", seed);
  graph::Graph graph =
      b.build(b.conv(b.input({1, s.height, s.width, s.inputs}), s.outputs, s.kernel_h, s.kernel_w, s.op));
  if (s.op.activation != Activation::kNone) graph.tensor(graph.outputs[0]).quant.zero_points = {-128};
  return graph;
}

inline graph::Graph pointwise_graph(std::int32_t height, std::int32_t width, std::int32_t inputs, std::int32_t outputs,
                                    Activation activation, std::uint64_t seed) {
  return conv_graph({height, width, inputs, outputs, 1, 1, {1, 1, 1, 1, Padding::kSame, activation}}, seed);
}

// Without activation, some channels with a right shift and some without.
inline graph::Graph mixed_graph(graph::Graph graph, std::int32_t channel_axis) {
  const auto& inputs = graph.nodes[0].inputs;
  graph::Tensor& weights = graph.tensor(inputs[1]);
  const float product = graph.tensor(inputs[0]).quant.scales[0];
  const float output = graph.tensor(graph.outputs[0]).quant.scales[0];
  const auto channels = static_cast<std::size_t>(weights.shape[static_cast<std::size_t>(channel_axis)]);
  weights.quant.scales.clear();
  for (std::size_t c = 0; c < channels; ++c)
    weights.quant.scales.push_back(output / product * (c % 3 == 1 ? 0.7F : 0.01F));
  graph.tensor(inputs[2]).quant.scales = weights.quant.scales;
  for (float& scale : graph.tensor(inputs[2]).quant.scales) scale *= product;
  return graph;
}

inline std::vector<EmittedLayer> mixed_layers() {
  std::vector<EmittedLayer> layers;
  append_options(layers, "mixed pointwise", mixed_graph(pointwise_graph(4, 5, 6, 7, Activation::kNone, 31), 0));
  append_options(layers, "mixed dense", mixed_graph(pointwise_graph(1, 1, 9, 6, Activation::kNone, 32), 0));
  append_options(layers, "mixed convolution",
                 mixed_graph(conv_graph({6, 4, 3, 6, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kNone}}, 33), 0));
  return layers;
}

inline std::vector<EmittedLayer> pointwise_layers() {
  std::vector<EmittedLayer> layers;
  const auto add = [&](std::int32_t h, std::int32_t w, std::int32_t k, std::int32_t c, Activation activation) {
    const std::string name =
        "pointwise " + std::to_string(h) + "x" + std::to_string(w) + " " + std::to_string(k) + "->" + std::to_string(c);
    append_options(layers, name,
                   pointwise_graph(h, w, k, c, activation, static_cast<std::uint64_t>(h * 1000 + k * 10 + c)));
  };
  add(5, 5, 16, 8, Activation::kRelu);
  add(1, 13, 7, 5, Activation::kRelu);
  add(3, 3, 3, 1, Activation::kRelu6);
  add(1, 1, 9, 4, Activation::kNone);
  add(2, 3, 10, 6, Activation::kNone);
  add(1, 2, 1, 2, Activation::kRelu);
  add(5, 7, 33, 12, Activation::kNone);
  add(3, 6, 4, 11, Activation::kRelu);
  return layers;
}

inline std::vector<EmittedLayer> dense_layers() {
  std::vector<EmittedLayer> layers;
  std::uint64_t seed = 50;
  const auto add = [&](graph::Shape input, std::int32_t outputs, std::int32_t axis, Activation activation) {
    Int8GraphBuilder b("dense", ++seed);
    graph::Graph graph = b.build(b.dense(b.input(std::move(input)), outputs, axis, activation));
    if (activation == Activation::kRelu) graph.tensor(graph.outputs[0]).quant.zero_points = {-128};
    append_options(layers, "dense " + std::to_string(seed), graph);
  };
  add({1, 64}, 12, -1, Activation::kNone);
  add({1, 1}, 16, -1, Activation::kRelu);
  add({1, 16}, 1, -1, Activation::kNone);
  add({1, 37}, 11, 0, Activation::kRelu6);
  add({1, 22}, 3, 0, Activation::kRelu);
  add({1, 7}, 6, -1, Activation::kRelu);
  add({1, 4, 5, 6}, 5, -1, Activation::kNone);
  add({1, 3, 7, 2}, 4, 0, Activation::kRelu);
  add({1, 70}, 9, -1, Activation::kRelu6);
  add({1, 96}, 8, 0, Activation::kNone);
  append_options(layers, "pointwise as dense", pointwise_graph(1, 1, 21, 6, Activation::kNone, 7));
  append_options(layers, "three positions as dense", pointwise_graph(1, 3, 10, 9, Activation::kRelu, 8));
  append_options(layers, "whole window as dense",
                 conv_graph({4, 3, 5, 7, 4, 3, {1, 1, 1, 1, Padding::kValid, Activation::kRelu}}, 9));
  return layers;
}

inline std::vector<EmittedLayer> convolution_layers() {
  std::vector<EmittedLayer> layers;
  std::uint64_t seed = 90;
  const auto add = [&](const std::string& name, const ConvShape& shape) {
    append_options(layers, name, conv_graph(shape, ++seed));
  };
  add("long kernel", {11, 6, 1, 8, 10, 4, {2, 2, 1, 1, Padding::kSame, Activation::kRelu}});
  add("three channels", {9, 7, 3, 5, 3, 3, {2, 1, 1, 1, Padding::kSame, Activation::kRelu}});
  add("valid", {8, 11, 2, 4, 4, 3, {1, 3, 1, 1, Padding::kValid, Activation::kNone}});
  add("dilated", {13, 12, 3, 6, 3, 3, {1, 1, 2, 3, Padding::kSame, Activation::kRelu6}});
  add("planes of eight", {6, 9, 8, 6, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu}});
  add("pointwise of stride 2", {7, 8, 5, 6, 1, 1, {2, 2, 1, 1, Padding::kSame, Activation::kNone}});
  add("one dimension", {1, 23, 6, 3, 1, 5, {1, 2, 1, 1, Padding::kSame, Activation::kRelu}});
  add("a long row", {1, 92, 16, 5, 1, 9, {1, 2, 1, 1, Padding::kSame, Activation::kRelu}});
  add("a long dilated row", {1, 96, 12, 4, 1, 3, {1, 1, 1, 4, Padding::kSame, Activation::kNone}});
  add("one position", {3, 3, 2, 3, 3, 3, {1, 1, 1, 1, Padding::kValid, Activation::kRelu}});
  add("whole blocks", {10, 8, 1, 7, 5, 4, {2, 1, 1, 1, Padding::kSame, Activation::kRelu}});
  add("whole blocks below six", {9, 4, 3, 6, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu6}});
  add("whole blocks without activation", {8, 12, 2, 5, 3, 3, {2, 2, 1, 1, Padding::kSame, Activation::kNone}});
  add("even kernel", {5, 6, 4, 2, 2, 2, {1, 1, 1, 1, Padding::kSame, Activation::kNone}});
  return layers;
}

}  // namespace mote::test
