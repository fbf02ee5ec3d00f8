#include "mote/quant/fold.h"
#include "rewrite.h"

namespace mote::quant {

graph::Graph remove_dropout(const graph::Graph& graph) {
  graph::Graph result = graph;
  std::erase_if(result.nodes, [](const graph::Node& node) { return std::holds_alternative<graph::Dropout>(node.op); });
  for (const graph::Node& node : graph.nodes) {
    if (!std::holds_alternative<graph::Dropout>(node.op)) continue;
    graph::TensorId source = node.inputs[0];
    // A chain of dropouts ends at the first tensor that something else writes.
    for (std::int32_t writer = producer(graph, source);
         writer >= 0 && std::holds_alternative<graph::Dropout>(graph.nodes[static_cast<std::size_t>(writer)].op);
         writer = producer(graph, source)) {
      source = graph.nodes[static_cast<std::size_t>(writer)].inputs[0];
    }
    redirect(result, node.outputs[0], source);
  }
  return compact(result);
}

}  // namespace mote::quant
