// The plan of a model for an instruction set: what a device runs of it, and how.
//
// device_plan() is what every bundle is made from: channels that cannot vary are gone, the rest is planned by
// plan_for(), which hands everything that codegen offers to the planner.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/codegen/instruction_set.h"
#include "mote/plan/plan.h"
#include "mote/quant/constant_channels.h"

namespace mote::codegen {

struct PlanGoal {
  plan::Optimize optimize = plan::Optimize::kBalanced;
  plan::Limits limits;
};

// On kPortable the runtime's kernels are all there is, and the plan runs on the desktop as well. Errors: those of
// plan::make_plan.
plan::Plan plan_for(graph::Graph graph, InstructionSet set, const PlanGoal& goal = {});

// Size of a network: filters of its convolutions and dense layers, and what they cost.
struct NetworkSize {
  std::int64_t filters = 0;
  std::int64_t multiply_accumulates = 0;
};
NetworkSize network_size(const graph::Graph& graph);

struct DevicePlan {
  plan::Plan plan;                            // its graph: the model without the channels that cannot vary
  std::vector<quant::ChannelRecord> records;  // one for each tensor of the model: where its values are
  NetworkSize model;                          // network_size() of the model as it came
};

// The same outputs as the model's for every input. Errors: those of plan_for.
DevicePlan device_plan(const graph::Graph& model, InstructionSet set, const PlanGoal& goal = {});

}  // namespace mote::codegen
