// Layers of int4, ternary and binary weights, of shapes that leave every kind of rest.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "emitted_layer.h"
#include "int8_graphs.h"
#include "layer_samples.h"
#include "number_formats.h"

namespace mote::test {

inline std::vector<graph::Graph> weighted_graphs() {
  std::vector<graph::Graph> graphs;
  const auto add = [&](const std::string& name, auto body) {
    Int8GraphBuilder builder(name, graphs.size() + 1);
    graphs.push_back(builder.build(body(builder)));
  };
  using B = Int8GraphBuilder;
  add("same", [](B& b) {
    return b.conv(b.input({1, 9, 7, 3}), 5, 3, 2, {2, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  add("dilated", [](B& b) {
    return b.conv(b.input({1, 11, 12, 4}), 6, 3, 3, {1, 1, 2, 3, Padding::kSame, Activation::kRelu6});
  });
  add("pointwise", [](B& b) {
    return b.conv(b.input({1, 6, 5, 32}), 16, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  add("one_filter", [](B& b) {
    return b.conv(b.input({1, 3, 3, 17}), 1, 3, 3, {1, 1, 1, 1, Padding::kValid, Activation::kNone});
  });
  add("dense", [](B& b) { return b.dense(b.input({1, 83}), 11); });
  add("dense_per_channel", [](B& b) { return b.dense(b.input({1, 64}), 6, 0, Activation::kRelu6); });
  add("dense_without_bias", [](B& b) { return b.dense_without_bias(b.input({1, 19}), 4); });
  return graphs;
}

inline constexpr std::array kNarrowTypes{graph::DType::kInt4, graph::DType::kTernary, graph::DType::kBinary};

inline void append_narrow(std::vector<EmittedLayer>& layers, const graph::Graph& graph, graph::DType type,
                          const std::string& name) {
  append_options(layers, name + "_" + std::string(to_string(type)), with_weights(graph, type));
}

// Filters beyond a group of those that are unpacked at once, an odd last one, a single position, whole blocks in NHWC,
// a depth of more than one turn.
inline std::vector<graph::Graph> unpacked_graphs() {
  return {conv_graph({7, 7, 20, 27, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kRelu}}, 201),
          conv_graph({1, 1, 24, 7, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kNone}}, 202),
          conv_graph({11, 6, 1, 10, 10, 4, {2, 2, 1, 1, Padding::kSame, Activation::kRelu}}, 203),
          conv_graph({8, 8, 2, 19, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kNone}}, 204),
          conv_graph({9, 9, 10, 6, 1, 1, {2, 2, 1, 1, Padding::kSame, Activation::kRelu6}}, 205)};
}

inline std::vector<EmittedLayer> narrow_layers() {
  std::vector<EmittedLayer> layers;
  for (const graph::DType type : kNarrowTypes) {
    for (const graph::Graph& graph : weighted_graphs()) append_narrow(layers, graph, type, graph.name);
    for (const graph::Graph& graph : unpacked_graphs())
      append_narrow(layers, graph, type, "unpacked " + std::to_string(graph.tensor(graph.inputs[0]).elements()));
    const graph::Graph pointwise = with_weights(pointwise_graph(5, 5, 18, 13, Activation::kNone, 206), type);
    append_options(layers, "mixed_" + std::string(to_string(type)), mixed_graph(pointwise, 0));
  }
  return layers;
}

inline graph::Graph random_convolution(Rng& rng) {
  const auto up_to = [&](std::int32_t most) {
    return 1 + static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(most)));
  };
  const bool is_pointwise = rng.below(2) == 0;
  ConvShape shape{up_to(12), up_to(12), up_to(40), up_to(24), 1, 1, {}};
  shape.op.padding = Padding::kSame;
  shape.op.activation = std::array{Activation::kNone, Activation::kRelu, Activation::kRelu6}[rng.below(3)];
  if (is_pointwise) return conv_graph(shape, rng.below(1000000));
  shape.height = 4 + up_to(8);
  shape.width = 4 + up_to(8);
  shape.inputs = up_to(9);
  shape.kernel_h = up_to(5);
  shape.kernel_w = up_to(5);
  shape.op.stride_h = up_to(2);
  shape.op.stride_w = up_to(2);
  shape.op.dilation_w = shape.op.stride_w == 1 ? up_to(2) : 1;
  return conv_graph(shape, rng.below(1000000));
}

inline std::vector<EmittedLayer> random_narrow_layers(int count) {
  Rng rng(11);
  std::vector<EmittedLayer> layers;
  for (int i = 0; i < count; ++i)
    append_narrow(layers, random_convolution(rng), kNarrowTypes[rng.below(kNarrowTypes.size())],
                  "random " + std::to_string(i));
  return layers;
}

inline std::vector<EmittedLayer> sparse_layers() {
  std::vector<EmittedLayer> layers;
  for (const graph::Graph& graph : weighted_graphs()) {
    for (const graph::DType type : {graph::DType::kInt8, graph::DType::kInt4}) {
      graph::Graph few = with_zeros(type == graph::DType::kInt8 ? graph : with_weights(graph, type));
      const std::string name = graph.name + "_sparse_" + std::string(to_string(type));
      for (EmittedLayer& layer : all_options(name, few, codegen::InstructionSet::kArmDsp)) {
        if (layer.option.name == "sparse_filters") layers.push_back(std::move(layer));
      }
    }
  }
  return layers;
}

}  // namespace mote::test
