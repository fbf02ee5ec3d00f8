#include "mote/plan/cost.h"

namespace mote::plan {
namespace {

LayerCost layer_cost(const Plan& plan, const Step& step) {
  const graph::Graph& graph = plan.graph;
  const graph::Node& node = graph.nodes[static_cast<std::size_t>(step.node)];
  LayerCost layer;
  layer.name = graph.node_name(node);
  layer.op = graph::op_name(node.op);
  layer.kernel = step.call.kernel();
  layer.output = graph.tensor(node.outputs.front()).shape;
  layer.multiply_accumulates = graph::multiply_accumulates(graph, node);
  layer.parameters = graph::parameter_count(graph, node);
  for (graph::TensorId id : node.inputs) {
    if (graph.tensor(id).constant) layer.weight_bytes += graph.tensor(id).bytes();
  }
  for (graph::TensorId id : node.outputs) layer.output_bytes += graph.tensor(id).bytes();
  layer.table_bytes = step.call.table_bytes;
  layer.scratch_bytes = step.scratch_bytes;
  return layer;
}

}  // namespace

Cost cost(const Plan& plan) {
  Cost sum;
  for (const Step& step : plan.steps) {
    sum.layers.push_back(layer_cost(plan, step));
    const LayerCost& layer = sum.layers.back();
    sum.multiply_accumulates += layer.multiply_accumulates;
    sum.parameters += layer.parameters;
    sum.weight_bytes += layer.weight_bytes;
    sum.table_bytes += layer.table_bytes;
  }
  sum.arena_bytes = plan.arena_bytes;
  sum.arena_lower_bound_bytes = plan.arena_lower_bound_bytes;
  sum.tflm_arena_bytes = tflm_arena_bytes(plan.graph);
  return sum;
}

}  // namespace mote::plan
