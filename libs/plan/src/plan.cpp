#include "mote/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "kernel_choice.h"
#include "lowering.h"
#include "mote/base/error.h"
#include "offers.h"

namespace mote::plan {
namespace {

#define MOTE_TRAINABLE_OP(Type, stem)                                    \
  Lowered lower_op(const graph::Type& op, const graph::NodeView& node) { \
    return lower(op, node);                                              \
  }
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
// graph::verify has refused such a node already.
#define MOTE_TRAINONLY_OP(Type, stem)                            \
  Lowered lower_op(const graph::Type&, const graph::NodeView&) { \
    return {};                                                   \
  }
#include "mote/graph/ops.def"

// Bytes and extents are 32 bits wide in the runtime.
void check_sizes(const graph::Graph& graph) {
  for (const graph::Tensor& tensor : graph.tensors) {
    std::int64_t elements = 1;
    for (std::int32_t extent : tensor.shape) {
      elements *= extent;
      if (elements > std::numeric_limits<std::int32_t>::max() / 4) {
        throw Error(ErrorCode::kUnsupported,
                    fmt::format("[plan] tensor '{}' {} is too large", tensor.name, graph::to_string(tensor.shape)));
      }
    }
  }
}

void place_values(const Candidate& chosen, Plan& plan) {
  plan.blocks = chosen.arena.blocks;
  plan.arena_bytes = chosen.arena.bytes;
  plan.arena_lower_bound_bytes = chosen.arena.lower_bound_bytes;
  for (std::size_t i = 0; i < chosen.steps.values.size(); ++i) {
    const Value& value = chosen.steps.values[i];
    plan.placements.push_back(
        {value.tensor, static_cast<std::int32_t>(i), plan.blocks[i].offset_bytes, value.size_bytes, value.layout});
  }
}

void write_steps(const Candidate& chosen, const std::vector<Lowered>& lowered, Plan& plan) {
  std::size_t scratch = chosen.steps.values.size();
  for (std::int32_t index : chosen.order) {
    const StepDraft& draft = chosen.steps.steps[static_cast<std::size_t>(index)];
    Step step;
    step.node = draft.node;
    step.option = draft.option;
    step.why = draft.why;
    step.reads = draft.reads;
    step.writes = draft.writes;
    step.scratch_bytes = draft.option.scratch_bytes;
    if (step.scratch_bytes > 0) step.scratch_offset_bytes = plan.blocks[scratch++].offset_bytes;
    if (!step.is_layout_change()) {
      step.completes = plan.graph.nodes[static_cast<std::size_t>(step.node)].outputs;
      step.call = lowered[static_cast<std::size_t>(step.node)].stored();
    }
    plan.steps.push_back(std::move(step));
  }
}

}  // namespace

Lowered lower_node(const graph::Graph& graph, std::size_t index) {
  const graph::Node& node = graph.nodes[index];
  graph::NodeView view;
  for (graph::TensorId id : node.inputs) view.inputs.push_back(&graph.tensor(id));
  for (graph::TensorId id : node.outputs) view.outputs.push_back(&graph.tensor(id));
  return with_context(fmt::format("layer {} '{}'", index, graph.node_name(node)),
                      [&] { return std::visit([&](const auto& op) { return lower_op(op, view); }, node.op); });
}

KernelCall kernel_call(const graph::Graph& graph, std::size_t node) {
  return lower_node(graph, node).stored();
}

KernelCall plain_kernel_call(const graph::Graph& graph, std::size_t node) {
  return lower_node(graph, node).call;
}

bool Plan::is_portable() const {
  return std::all_of(steps.begin(), steps.end(), [](const Step& step) { return step.is_portable(); });
}

const Placement& Plan::placement(graph::TensorId tensor) const {
  const auto found = std::lower_bound(placements.begin(), placements.end(), tensor,
                                      [](const Placement& place, graph::TensorId id) { return place.tensor < id; });
  if (found != placements.end() && found->tensor == tensor) return *found;
  throw Error(ErrorCode::kInvalid, fmt::format("[plan] wanted an activation of the graph, got tensor {}", tensor));
}

Plan make_plan(graph::Graph graph, const PlanOptions& options) {
  graph::verify(graph, graph::Stage::kInt8);
  if (graph.nodes.empty()) throw Error(ErrorCode::kInvalid, "[plan] wanted a graph with at least one layer, got none");
  check_sizes(graph);
  std::vector<Lowered> lowered;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) lowered.push_back(lower_node(graph, i));
  const Candidate chosen = choose_kernels(graph, make_offers(graph, lowered, options), options);
  Plan plan;
  plan.graph = std::move(graph);
  place_values(chosen, plan);
  write_steps(chosen, lowered, plan);
  return plan;
}

}  // namespace mote::plan
