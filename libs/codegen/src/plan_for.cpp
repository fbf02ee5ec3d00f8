#include "mote/codegen/plan_for.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <variant>

#include "mote/codegen/layer_kernels.h"

namespace mote::codegen {
namespace {

// Kernels work on channels in blocks: a layer of seven costs more than one of eight, so that a few channels less do not
// pay. At least one product in this many has to go.
constexpr std::int64_t kLeastSaving = 32;

// The model as it is: every channel kept.
quant::WithoutConstantChannels whole(const graph::Graph& model) {
  quant::WithoutConstantChannels result{model, std::vector<quant::ChannelRecord>(model.tensors.size())};
  for (std::size_t i = 0; i < model.tensors.size(); ++i) {
    const graph::Tensor& tensor = model.tensors[i];
    if (tensor.constant) continue;
    quant::ChannelRecord& record = result.records[i];
    record.tensor = static_cast<graph::TensorId>(i);
    record.kept.resize(tensor.shape.empty() ? 1 : static_cast<std::size_t>(tensor.shape.back()));
    std::iota(record.kept.begin(), record.kept.end(), 0);
    record.constant.resize(record.kept.size());
  }
  return result;
}

quant::WithoutConstantChannels live_part(const graph::Graph& model) {
  quant::WithoutConstantChannels live = quant::remove_constant_channels(model);
  const std::int64_t before = multiply_accumulates(model);
  const std::int64_t saved = before - multiply_accumulates(live.graph);
  return saved * kLeastSaving >= before ? std::move(live) : whole(model);
}

// Concats that append new frames to those of a state.
std::vector<std::int32_t> appends_of(const quant::StreamingGraph& streaming) {
  std::vector<std::int32_t> nodes;
  for (std::size_t node = 0; node < streaming.step.nodes.size(); ++node) {
    const graph::TensorId output = streaming.step.nodes[node].outputs.front();
    const bool is_window = std::any_of(streaming.states.begin(), streaming.states.end(),
                                       [&](const quant::StreamState& state) { return state.window == output; });
    if (is_window) nodes.push_back(static_cast<std::int32_t>(node));
  }
  return nodes;
}

plan::Plan planned(graph::Graph graph, InstructionSet set, const PlanGoal& goal, std::vector<std::int32_t> appends) {
  plan::PlanOptions choices;
  choices.appends = std::move(appends);
  choices.optimize = goal.optimize;
  choices.limits = goal.limits;
  choices.strips = goal.strips;
  if (set != InstructionSet::kPortable) {
    for (std::size_t node = 0; node < graph.nodes.size(); ++node)
      choices.kernels.push_back(choices.appends_at(node) ? append_options(graph, node, set)
                                                         : options(graph, node, set));
    choices.layout_change = [set](const graph::Tensor& tensor, plan::Layout from, plan::Layout to) {
      return layout_change(tensor, from, to, set);
    };
    choices.strips.kernels = [set](const graph::Graph& strip, std::size_t node, std::int32_t pad_top) {
      return options(strip, node, set, pad_top);
    };
  }
  return plan::make_plan(std::move(graph), choices);
}

}  // namespace

plan::Plan plan_for(graph::Graph graph, InstructionSet set, const PlanGoal& goal) {
  return planned(std::move(graph), set, goal, {});
}

NetworkSize network_size(const graph::Graph& graph) {
  NetworkSize size;
  for (const graph::Node& node : graph.nodes) {
    size.multiply_accumulates += multiply_accumulates(graph, node);
    const bool has_filters = std::holds_alternative<graph::Conv2d>(node.op) ||
                             std::holds_alternative<graph::DepthwiseConv2d>(node.op) ||
                             std::holds_alternative<graph::Dense>(node.op);
    if (has_filters) size.filters += graph.tensor(node.outputs[0]).shape.back();
  }
  return size;
}

DevicePlan device_plan(const graph::Graph& model, InstructionSet set, const PlanGoal& goal) {
  quant::WithoutConstantChannels live = live_part(model);
  const Removal removal{network_size(model), network_size(live.graph)};
  return {plan_for(std::move(live.graph), set, goal), std::move(live.records), removal, nullptr};
}

DevicePlan stream_plan(const graph::Graph& model, InstructionSet set, const PlanGoal& goal) {
  quant::WithoutConstantChannels live = live_part(model);
  const Removal removal{network_size(model), network_size(live.graph)};
  auto streaming = std::make_shared<const quant::StreamingGraph>(quant::streaming_graph(live.graph));
  if (set != InstructionSet::kPortable)
    return {planned(streaming->step, set, goal, appends_of(*streaming)), std::move(live.records), removal, streaming};
  PlanGoal of_step = goal;
  of_step.strips.use = plan::StripUse::kNever;  // a step is a few rows already
  if (goal.limits.ram_bytes > 0)
    of_step.limits.ram_bytes = std::max<std::int64_t>(goal.limits.ram_bytes - streaming->state_bytes(), 1);
  return {plan_for(streaming->step, set, of_step), std::move(live.records), removal, streaming};
}

}  // namespace mote::codegen
