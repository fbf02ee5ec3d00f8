// Which inputs of a node the trainer changes, and how.
#pragma once

#include <variant>
#include <vector>

#include "mote/graph/graph.h"
#include "op_functions.h"

namespace mote::test {

inline std::vector<trainer::ParameterUse> parameter_uses(const graph::Graph& graph, const graph::Node& node) {
  std::vector<const graph::Tensor*> inputs;
  for (graph::TensorId id : node.inputs) inputs.push_back(&graph.tensor(id));
  return std::visit([&](const auto& op) { return trainer::parameters(op, inputs); }, node.op);
}

}  // namespace mote::test
