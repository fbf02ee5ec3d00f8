// The plan of a model for an instruction set: what a device runs of it, and how.
//
// device_plan() and stream_plan() are what bundles are made from: channels that cannot vary are gone, the rest is
// planned by plan_for(), which hands everything that codegen offers to the planner.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "mote/codegen/instruction_set.h"
#include "mote/plan/plan.h"
#include "mote/quant/constant_channels.h"
#include "mote/quant/streaming.h"

namespace mote::codegen {

struct PlanGoal {
  plan::Optimize optimize = plan::Optimize::kBalanced;
  plan::Limits limits;
  plan::StripOptions strips = {plan::StripUse::kWherePays};  // its kernels are codegen's, whatever it holds
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

// What the removal of channels that cannot vary did to a model: whole windows, before and after.
struct Removal {
  NetworkSize before, after;
};

struct DevicePlan {
  plan::Plan plan;  // of the model without the channels that cannot vary, or of one step of it
  std::vector<quant::ChannelRecord> records = {};  // of the tensors of the model in the graph without those channels
  Removal removal = {};
  std::shared_ptr<const quant::StreamingGraph> streaming = {};  // the plan's graph is its step; null: whole windows
};

// Channels are removed where at least one multiply-accumulate in 32 goes with them; fewer do not pay.
// A whole window an inference: the same outputs as the model's for every input. Errors: those of plan_for.
DevicePlan device_plan(const graph::Graph& model, InstructionSet set, const PlanGoal& goal = {});
// New frames only an inference, with states between them. With kernels of an instruction set each state is a window in
// the plan's arena that a kernel moves up (plan::Plan::carried). On kPortable the caller carries them beside the arena:
// they are taken off goal.limits. Errors: those of plan_for and quant::streaming_graph.
DevicePlan stream_plan(const graph::Graph& model, InstructionSet set, const PlanGoal& goal = {});

}  // namespace mote::codegen
