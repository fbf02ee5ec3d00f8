// What the passes of this library share.
#pragma once

#include <algorithm>

#include "mote/graph/graph.h"

namespace mote::quant {

// Every reader of `from`, the graph's outputs included, reads `to` instead.
inline void redirect(graph::Graph& graph, graph::TensorId from, graph::TensorId to) {
  for (graph::Node& node : graph.nodes) std::replace(node.inputs.begin(), node.inputs.end(), from, to);
  std::replace(graph.outputs.begin(), graph.outputs.end(), from, to);
}

// True when `reader` alone uses the tensor: one node reads it and it is no output of the graph.
inline bool only_reader(const graph::Graph& graph, graph::TensorId tensor) {
  return graph::consumers(graph, tensor).size() == 1 &&
         std::find(graph.outputs.begin(), graph.outputs.end(), tensor) == graph.outputs.end();
}

// Calls absorb(graph, index) for each node in order and removes those for which it says true, at once: what comes next
// must not see them as readers.
template <class Absorb>
void erase_where(graph::Graph& graph, const Absorb& absorb) {
  for (std::size_t i = 0; i < graph.nodes.size();) {
    if (absorb(graph, i)) {
      graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
}

}  // namespace mote::quant
