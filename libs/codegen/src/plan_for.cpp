#include "mote/codegen/plan_for.h"

#include <utility>

#include "mote/codegen/layer_kernels.h"

namespace mote::codegen {

plan::Plan plan_for(graph::Graph graph, InstructionSet set, const PlanGoal& goal) {
  plan::PlanOptions choices;
  choices.optimize = goal.optimize;
  choices.limits = goal.limits;
  if (set != InstructionSet::kPortable) {
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) choices.kernels.push_back(options(graph, node, set));
    choices.layout_change = [set](const graph::Tensor& tensor, plan::Layout from, plan::Layout to) {
      return layout_change(tensor, from, to, set);
    };
  }
  return plan::make_plan(std::move(graph), choices);
}

}  // namespace mote::codegen
