#include "mote/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "mote/base/error.h"
#include "offers.h"
#include "plan_assembly.h"
#include "strip_choice.h"

namespace mote::plan {
namespace {

#define MOTE_TRAINABLE_OP(Type, stem)                                \
  Lowered lower_op(const graph::Type& op, const PlannedNode& node) { \
    return lower(op, node);                                          \
  }
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
// graph::verify has refused such a node already.
#define MOTE_TRAINONLY_OP(Type, stem)                        \
  Lowered lower_op(const graph::Type&, const PlannedNode&) { \
    return {};                                               \
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

std::optional<StripChoice> strips_for(const graph::Graph& graph, const Offers& offers, const PlanOptions& options,
                                      const Candidate* whole) {
  if (options.strips.cut.layers > 0) return choose_with_strips(graph, offers, options.strips.cut, options);
  const bool may_pay = whole == nullptr || options.optimize == Optimize::kSize;
  if (options.strips.use == StripUse::kNever || !options.appends.empty() || !may_pay) return std::nullopt;
  return best_strips(graph, offers, options, whole);
}

}  // namespace

Lowered lower_node(const graph::Graph& graph, std::size_t index, std::int32_t pad_top) {
  const graph::Node& node = graph.nodes[index];
  PlannedNode view;
  view.pad_top = pad_top;
  for (graph::TensorId id : node.inputs) view.inputs.push_back(&graph.tensor(id));
  for (graph::TensorId id : node.outputs) view.outputs.push_back(&graph.tensor(id));
  return with_context(fmt::format("layer {} '{}'", index, graph.node_name(node)),
                      [&] { return std::visit([&](const auto& op) { return lower_op(op, view); }, node.op); });
}

KernelCall kernel_call(const graph::Graph& graph, std::size_t node, std::int32_t pad_top) {
  return lower_node(graph, node, pad_top).stored();
}

KernelCall plain_kernel_call(const graph::Graph& graph, std::size_t node, std::int32_t pad_top) {
  return lower_node(graph, node, pad_top).call;
}

bool Plan::is_portable() const {
  return std::all_of(steps.begin(), steps.end(), [](const Step& step) { return step.is_portable(); });
}

const Placement& Plan::placement(graph::TensorId tensor) const {
  const auto end = std::find_if(placements.begin(), placements.end(), [](const Placement& p) { return p.strip >= 0; });
  const auto found = std::lower_bound(placements.begin(), end, tensor,
                                      [](const Placement& place, graph::TensorId id) { return place.tensor < id; });
  if (found != end && found->tensor == tensor) return *found;
  throw Error(ErrorCode::kInvalid, fmt::format("[plan] wanted a whole activation of the graph, got tensor {}", tensor));
}

const Placement& Plan::completed(const Step& step, std::size_t index) const {
  if (step.strip >= 0) return placement(step.completes[index]);
  return placements[static_cast<std::size_t>(step.writes[index])];
}

const graph::Graph& Plan::graph_of(const Step& step) const {
  if (step.strip < 0) return graph;
  const Strip& strip = strips.strips[static_cast<std::size_t>(step.strip)];
  return strips.graphs[static_cast<std::size_t>(strip.graph)].graph;
}

std::int32_t Plan::pad_top(const Step& step) const {
  if (step.strip < 0) return kPadByRule;
  const Strip& strip = strips.strips[static_cast<std::size_t>(step.strip)];
  return strips.graphs[static_cast<std::size_t>(strip.graph)].pad_top[static_cast<std::size_t>(step.node)];
}

Plan make_plan(graph::Graph graph, const PlanOptions& options) {
  graph::verify(graph, graph::Stage::kInt8);
  if (graph.nodes.empty()) throw Error(ErrorCode::kInvalid, "[plan] wanted a graph with at least one layer, got none");
  check_sizes(graph);
  std::vector<Lowered> lowered;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) lowered.push_back(lower_node(graph, i));
  const Offers offers = make_offers(graph, lowered, options);
  const bool is_cut = options.strips.cut.layers > 0;
  std::optional<Candidate> whole;
  if (!is_cut) whole = find_kernels(graph, offers, options);
  if (const auto strips = strips_for(graph, offers, options, whole ? &*whole : nullptr))
    return assemble(std::move(graph), lowered, strips->chosen, &strips->strips);
  if (!whole) whole = choose_kernels(graph, offers, options);
  return assemble(std::move(graph), lowered, *whole, nullptr);
}

}  // namespace mote::plan
