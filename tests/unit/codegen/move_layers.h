// Layers that only move values, for the host and the emulator.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mote/device/toolchain.h"
#include "plane_graphs.h"

namespace mote::test {

template <class Body>
void add_moved(std::vector<EmittedLayer>& layers, const std::string& name, Body body) {
  Int8GraphBuilder builder(name, 20 + layers.size());
  add_options(layers, name, builder.build(body(builder)));
}

inline std::vector<EmittedLayer> move_layers() {
  std::vector<EmittedLayer> layers;
  using B = Int8GraphBuilder;
  add_moved(layers, "pad", [](B& b) {
    return b.tied(graph::Pad{{0, 1, 0, 0}, {0, 3, 2, 0}}, {b.input({1, 3, 4, 2})});
  });
  add_moved(layers, "pad around", [](B& b) {
    return b.tied(graph::Pad{{0, 1, 1, 0}, {0, 1, 1, 0}}, {b.input({1, 9, 11, 3})});
  });
  add_moved(layers, "reshape", [](B& b) { return b.tied(graph::Reshape{{1, 4, 15}}, {b.input({1, 5, 3, 4})}); });
  add_moved(layers, "flatten", [](B& b) { return b.tied(graph::Reshape{{1, 9}}, {b.input({1, 1, 1, 9})}); });
  add_moved(layers, "rows and columns", [](B& b) {
    return b.tied(graph::Reshape{{1, 3, 10, 4}}, {b.input({1, 6, 5, 4})});
  });
  return layers;
}

// Two graph inputs of one quantization, joined along `axis`.
inline graph::Graph concat_graph(const graph::Shape& first, const graph::Shape& second, std::int32_t axis) {
  Int8GraphBuilder builder("concat", 31);
  const TensorId a = builder.input(first);
  const TensorId b = builder.input(second);
  graph::Graph graph = builder.build(builder.tied(graph::Concat{axis}, {a, b}));
  graph.tensor(b).quant = graph.tensor(a).quant;
  return graph;
}

// As expect_right, but for instructions: in place nothing moves, so that an estimate is a bound.
inline void expect_moved(std::span<const EmittedLayer> layers, device::Core core) {
  const std::string missing = device::missing_tools(core);
  if (!missing.empty()) GTEST_SKIP() << missing;
  const std::vector<LayerRun> runs = run_layers(layers, core);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    EXPECT_EQ(runs[i].difference, "");
    const plan::KernelOption& option = layers[i].option;
    EXPECT_LE(runs[i].instructions, option.instructions + option.instructions / 10 + 48) << option.name;
    EXPECT_LE(runs[i].flash_bytes, option.flash_bytes + 16) << option.name;
    EXPECT_LE(runs[i].core_flash_bytes, option.core_flash_bytes + 16) << option.name;
  }
}

}  // namespace mote::test
