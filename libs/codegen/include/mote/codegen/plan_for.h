// The plan of a model for an instruction set: everything that codegen offers for its layers, handed to the planner.
#pragma once

#include "mote/codegen/instruction_set.h"
#include "mote/plan/plan.h"

namespace mote::codegen {

struct PlanGoal {
  plan::Optimize optimize = plan::Optimize::kBalanced;
  plan::Limits limits;
};

// On kPortable the runtime's kernels are all there is, and the plan runs on the desktop as well. Errors: those of
// plan::make_plan.
plan::Plan plan_for(graph::Graph graph, InstructionSet set, const PlanGoal& goal = {});

}  // namespace mote::codegen
