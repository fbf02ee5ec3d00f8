// A graph cut off behind one layer, without that layer's fused activation: its output is the layer's own sum. Private
// to this library.
#pragma once

#include <cstdint>

#include "mote/graph/graph.h"
#include "rules.h"

namespace mote::quant {

// Tensor ids stay. The last node is `node`, whose output is that of the graph.
inline graph::Graph before_activation(const graph::Graph& graph, std::int32_t node) {
  graph::Graph result = graph;
  result.nodes.resize(static_cast<std::size_t>(node) + 1);
  set_activation(result.nodes.back().op, graph::Activation::kNone);
  result.outputs = {result.nodes.back().outputs[0]};
  return result;
}

}  // namespace mote::quant
