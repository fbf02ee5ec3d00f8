// Layers of int4, ternary and binary weights, of shapes that leave every kind of rest.
#pragma once

#include <string>
#include <vector>

#include "emitted_layer.h"
#include "int8_graphs.h"
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

inline std::vector<EmittedLayer> narrow_layers() {
  std::vector<EmittedLayer> layers;
  for (const graph::DType type : {graph::DType::kInt4, graph::DType::kTernary, graph::DType::kBinary}) {
    for (const graph::Graph& graph : weighted_graphs()) {
      const std::string name = graph.name + "_" + std::string(to_string(type));
      for (EmittedLayer& layer : all_options(name, with_weights(graph, type), codegen::InstructionSet::kArmDsp)) {
        layers.push_back(std::move(layer));
      }
    }
  }
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
