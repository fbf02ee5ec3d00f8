// Pools and means for the host and the emulator.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plane_graphs.h"

namespace mote::test {

inline graph::Graph pool_graph(graph::PoolKind kind, const graph::Shape& input, const graph::Pool2d& window,
                               std::uint64_t seed) {
  Int8GraphBuilder builder("pool", seed);
  graph::Pool2d op = window;
  op.kind = kind;
  return builder.build(builder.tied(op, {builder.input(input)}));
}

inline graph::Graph mean_graph(const graph::Shape& input, std::vector<std::int32_t> axes, std::int32_t keep_dims,
                               std::uint64_t seed) {
  Int8GraphBuilder builder("mean", seed);
  return builder.build(builder.mean(builder.input(input), std::move(axes), keep_dims));
}

inline std::vector<EmittedLayer> pool_layers() {
  using graph::PoolKind;
  std::vector<EmittedLayer> layers;
  std::uint64_t seed = 1;
  for (const PoolKind kind : {PoolKind::kAverage, PoolKind::kMax}) {
    const std::string name = kind == PoolKind::kMax ? "max" : "average";
    add_options(layers, name + " 2x2", pool_graph(kind, {1, 8, 10, 3}, {kind, 2, 2, 2, 2}, seed++));
    add_options(layers, name + " 3x2 padded",
                pool_graph(kind, {1, 7, 8, 3}, {kind, 3, 2, 2, 2, Padding::kSame, Activation::kRelu}, seed++));
    add_options(layers, name + " 3x3 stride 1",
                pool_graph(kind, {1, 9, 5, 2}, {kind, 3, 3, 1, 1, Padding::kSame, Activation::kRelu6}, seed++));
    add_options(layers, name + " of nine channels",
                pool_graph(kind, {1, 7, 8, 9}, {kind, 3, 3, 2, 2, Padding::kSame, Activation::kNone}, seed++));
    add_options(layers, name + " of sixteen channels",
                pool_graph(kind, {1, 8, 6, 16}, {kind, 2, 2, 2, 2, Padding::kValid, Activation::kRelu}, seed++));
    add_options(layers, name + " global", pool_graph(kind, {1, 25, 5, 7}, {kind, 25, 5, 25, 5}, seed++));
  }
  add_options(layers, "mean", mean_graph({1, 7, 5, 6}, {1, 2}, 0, seed++));
  add_options(layers, "mean kept", mean_graph({1, 3, 3, 9}, {1, 2}, 1, seed++));
  add_options(layers, "mean of one axis", mean_graph({1, 9, 4}, {1}, 0, seed++));
  return layers;
}

}  // namespace mote::test
