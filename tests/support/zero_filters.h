// Int8 graphs some of whose filters are zero, as pruning and dead ReLUs leave them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/base/rng.h"
#include "mote/graph/graph.h"

namespace mote::test {

enum class ZeroBias : std::uint8_t {
  kKept,  // the output of a dead filter is a constant of any value
  kZero,  // it is the zero point, where the layer clamps at it or adds nothing
};

// Which axis of the weights counts the filters, or -1 for ops without any.
inline std::int32_t filter_axis(const graph::Op& op) {
  if (std::holds_alternative<graph::DepthwiseConv2d>(op)) return 3;
  const bool has_filters = std::holds_alternative<graph::Conv2d>(op) || std::holds_alternative<graph::Dense>(op);
  return has_filters ? 0 : -1;
}

inline void zero_filters(graph::Graph& graph, const graph::Node& node, const std::vector<bool>& dead, ZeroBias bias) {
  graph::Tensor& weights = graph.tensor(node.inputs[1]);
  const auto old = graph::values<std::int8_t>(weights);
  std::vector<std::int8_t> values(old.begin(), old.end());
  const std::size_t inner = filter_axis(node.op) == 3 ? 1 : values.size() / dead.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (dead[i / inner % dead.size()]) values[i] = 0;
  }
  weights.data = graph::make_buffer(std::span<const std::int8_t>(values));
  if (bias == ZeroBias::kKept || node.inputs.size() < 3) return;
  graph::Tensor& biases = graph.tensor(node.inputs[2]);
  const auto old_biases = graph::values<std::int32_t>(biases);
  std::vector<std::int32_t> sums(old_biases.begin(), old_biases.end());
  for (std::size_t o = 0; o < dead.size(); ++o) {
    if (dead[o]) sums[o] = 0;
  }
  biases.data = graph::make_buffer(std::span<const std::int32_t>(sums));
}

// Zeroes about `share` of the filters of each layer.
inline graph::Graph with_zero_filters(const graph::Graph& graph, double share, ZeroBias bias, Rng& rng) {
  graph::Graph result = graph;
  for (const graph::Node& node : graph.nodes) {
    const std::int32_t axis = filter_axis(node.op);
    if (axis < 0) continue;
    std::vector<bool> dead;
    const std::int32_t filters = graph.tensor(node.inputs[1]).shape[static_cast<std::size_t>(axis)];
    for (std::int32_t o = 0; o < filters; ++o) dead.push_back(rng.uniform(0, 1) < share);
    zero_filters(result, node, dead, bias);
  }
  return result;
}

}  // namespace mote::test
