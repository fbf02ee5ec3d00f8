#include "ties.h"

#include <numeric>

namespace mote::quant {

TiedSets::TiedSets(std::size_t count) : parent_(count) {
  std::iota(parent_.begin(), parent_.end(), std::size_t{0});
}

std::size_t TiedSets::find(std::size_t item) {
  while (parent_[item] != item) item = parent_[item] = parent_[parent_[item]];
  return item;
}

void TiedSets::tie(graph::TensorId a, graph::TensorId b) {
  parent_[find(static_cast<std::size_t>(a))] = find(static_cast<std::size_t>(b));
}

TiedSets tie_tensors(const graph::Graph& graph) {
  TiedSets sets(graph.tensors.size());
  for (const graph::Node& node : graph.nodes) {
    if (quant_rule(node.op).output != OutputRule::kTied) continue;
    for (graph::TensorId input : node.inputs) {
      if (!graph.tensor(input).constant) sets.tie(input, node.outputs[0]);
    }
  }
  return sets;
}

}  // namespace mote::quant
