// Chosen kernels, order and addresses as a Plan.
#pragma once

#include "kernel_choice.h"
#include "lowering.h"
#include "mote/plan/plan.h"
#include "strip_plan.h"

namespace mote::plan {

// `chosen` is of `graph`; with `strips` (null: none) of with_strips_as_node(). `lowered` is of all nodes of `graph`.
Plan assemble(graph::Graph graph, const std::vector<Lowered>& lowered, const Candidate& chosen,
              const StripPlan* strips);

}  // namespace mote::plan
