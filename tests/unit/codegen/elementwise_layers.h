// Sums and lookups for the host and the emulator.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plane_graphs.h"

namespace mote::test {

inline graph::Graph add_graph(const graph::Shape& shape, Activation activation, std::uint64_t seed) {
  Int8GraphBuilder builder("add", seed);
  const TensorId a = builder.input(shape);
  const TensorId b = builder.input(shape);
  graph::Graph graph = builder.build(builder.add(a, b, activation));
  if (activation != Activation::kNone) graph.tensor(graph.outputs.front()).quant.zero_points.front() = -128;
  return graph;
}

inline std::vector<EmittedLayer> elementwise_layers() {
  std::vector<EmittedLayer> layers;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto height = static_cast<std::int32_t>(3 + seed);
    add_options(layers, fmt::format("add {}", seed), add_graph({1, height, 5, 7}, Activation::kNone, seed));
  }
  add_options(layers, "add with relu", add_graph({1, 8, 8, 4}, Activation::kRelu, 9));
  add_options(layers, "add of vectors", add_graph({1, 23}, Activation::kNone, 10));
  Int8GraphBuilder relu("relu", 11);
  add_options(layers, "relu", relu.build(relu.relu(relu.input({1, 5, 7, 3}))));
  Int8GraphBuilder relu6("relu6", 12);
  add_options(layers, "relu6", relu6.build(relu6.relu6(relu6.input({1, 33}))));
  return layers;
}

}  // namespace mote::test
