#include "mote/plan/cost.h"

#include <algorithm>

#include "plan_totals.h"

namespace mote::plan {
namespace {

LayerCost layer_cost(const Plan& plan, const Step& step) {
  const graph::Graph& graph = plan.graph_of(step);
  const Placement& output = plan.placements[static_cast<std::size_t>(step.writes.front())];
  LayerCost layer;
  layer.strip = step.strip;
  layer.name = graph.tensor(output.tensor).name;
  layer.op = "layout_change";
  layer.kernel = step.is_portable() ? step.call.kernel() : step.option.name;
  layer.output = graph.tensor(output.tensor).shape;
  layer.instructions = step.option.instructions;
  layer.table_bytes = step.option.flash_bytes;
  layer.scratch_bytes = step.scratch_bytes;
  for (std::int32_t place : step.writes)
    layer.output_bytes += plan.placements[static_cast<std::size_t>(place)].size_bytes;
  if (step.is_layout_change()) return layer;
  const graph::Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
  layer.op = graph::op_name(node.op);
  layer.multiply_accumulates = graph::multiply_accumulates(graph, node);
  if (step.strip > 0) return layer;  // its weights are the first strip's
  layer.parameters = graph::parameter_count(graph, node);
  for (graph::TensorId id : node.inputs) {
    if (graph.tensor(id).constant) layer.weight_bytes += graph.tensor(id).stored_bytes();
  }
  // Weights without their zeros: the saving is the weights', what the kernel has beside them is its own.
  const std::int64_t beside = step.is_portable() ? step.call.table_bytes : std::max<std::int64_t>(layer.table_bytes, 0);
  layer.weight_bytes += layer.table_bytes - beside;
  layer.table_bytes = beside;
  return layer;
}

}  // namespace

Cost cost(const Plan& plan) {
  Cost sum;
  std::vector<const KernelOption*> options;
  for (const Step& step : plan.steps) {
    sum.layers.push_back(layer_cost(plan, step));
    options.push_back(&step.option);
    const LayerCost& layer = sum.layers.back();
    sum.multiply_accumulates += layer.multiply_accumulates;
    sum.instructions += layer.instructions;
    sum.parameters += layer.parameters;
    sum.weight_bytes += layer.weight_bytes;
    sum.table_bytes += layer.table_bytes;
    sum.layout_changes += step.is_layout_change() ? 1 : 0;
  }
  sum.kernel_bytes = shared_core_bytes(options);
  sum.recomputed_macs = plan.strips.recomputed_macs;
  sum.arena_bytes = plan.arena_bytes;
  sum.arena_lower_bound_bytes = plan.arena_lower_bound_bytes;
  sum.tflm_arena_bytes = tflm_arena_bytes(plan.graph);
  return sum;
}

}  // namespace mote::plan
