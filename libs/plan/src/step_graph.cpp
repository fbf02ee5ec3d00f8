#include "step_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace mote::plan {
namespace {

using graph::TensorId;

constexpr std::size_t kLayouts = 2;

class Builder {
 public:
  Builder(const graph::Graph& graph, const Choice& choice, const PlanOptions& options)
      : graph_(graph), choice_(choice), options_(options), value_of_(graph.tensors.size() * kLayouts, -1) {}

  StepGraph build() {
    for (TensorId id : graph_.inputs) {
      if (!is_kept(id)) result_.values[add_value(id, Layout::kNhwc)].is_input = true;
    }
    for (std::size_t node = 0; node < graph_.nodes.size(); ++node) add_node(node);
    for (TensorId id : graph_.outputs) add_output(id);
    sort_values();
    return std::move(result_);
  }

 private:
  bool is_kept(TensorId id) const {
    return std::any_of(options_.appends.begin(), options_.appends.end(), [&](std::int32_t node) {
      return graph_.nodes[static_cast<std::size_t>(node)].inputs.front() == id;
    });
  }

  // Carried values stay as they are; the caller wants the others in the graph's own layout.
  void add_output(TensorId id) {
    if (graph_.tensor(id).constant) return;
    const bool is_carried = std::any_of(result_.values.begin(), result_.values.end(),
                                        [&](const Value& value) { return value.tensor == id && value.is_carried; });
    if (!is_carried) result_.values[value_in(id, Layout::kNhwc, "the caller")].is_output = true;
  }

  std::int32_t& slot(TensorId id, Layout layout) {
    return value_of_[static_cast<std::size_t>(id) * kLayouts + static_cast<std::size_t>(layout)];
  }

  std::size_t add_value(TensorId id, Layout layout) {
    slot(id, layout) = static_cast<std::int32_t>(result_.values.size());
    result_.values.push_back({id, layout, stored_bytes(graph_.tensor(id), layout)});
    return result_.values.size() - 1;
  }

  // The value of an activation in a layout, by a layout change if it does not lie so yet.
  std::size_t value_in(TensorId id, Layout layout, const std::string& reader) {
    if (slot(id, layout) >= 0) return static_cast<std::size_t>(slot(id, layout));
    const Layout from = layout == Layout::kNhwc ? Layout::kPlanes : Layout::kNhwc;
    const std::int32_t source = slot(id, from);
    StepDraft step;
    step.option = options_.layout_change(graph_.tensor(id), from, layout);
    step.why = fmt::format("{} reads {}", reader, to_string(layout));
    step.reads = {source};
    step.writes = {static_cast<std::int32_t>(add_value(id, layout))};
    add_overlaps(step, {source});
    result_.steps.push_back(std::move(step));
    return result_.values.size() - 1;
  }

  void add_node(std::size_t index) {
    const graph::Node& node = graph_.nodes[index];
    const KernelOption& option = choice_.options[index];
    StepDraft step;
    step.node = static_cast<std::int32_t>(index);
    step.option = option;
    step.why = choice_.why[index];
    const bool appends = options_.appends_at(index);
    std::vector<std::int32_t> by_input;  // -1 for constants and kept frames
    for (TensorId id : node.inputs) {
      by_input.push_back(-1);
      if (graph_.tensor(id).constant || (appends && by_input.size() == 1)) continue;
      const Layout layout = option.inputs[step.reads.size()];
      by_input.back() = static_cast<std::int32_t>(value_in(id, layout, "'" + graph_.node_name(node) + "'"));
      step.reads.push_back(by_input.back());
    }
    for (TensorId id : node.outputs) {
      step.writes.push_back(static_cast<std::int32_t>(add_value(id, option.output)));
      result_.values.back().is_carried = appends;
    }
    add_overlaps(step, by_input);
    result_.steps.push_back(std::move(step));
  }

  // A value that a node reads by several inputs may lie under the output as far as all of them allow.
  void add_overlaps(StepDraft& step, const std::vector<std::int32_t>& by_input) const {
    if (options_.reuse == Reuse::kNone) return;
    for (std::int32_t value : step.reads) {
      const bool known = std::any_of(step.overlaps.begin(), step.overlaps.end(),
                                     [&](const StepOverlap& overlap) { return overlap.read == value; });
      if (known) continue;
      StepOverlap joint{value, std::numeric_limits<std::int64_t>::min(), 1};
      std::ptrdiff_t found = 0;
      for (const Overlap& overlap : step.option.overlaps) {
        if (by_input[static_cast<std::size_t>(overlap.input)] != value) continue;
        joint.least_distance_bytes = std::max(joint.least_distance_bytes, overlap.least_distance_bytes);
        joint.multiple_bytes = std::lcm(joint.multiple_bytes, overlap.multiple_bytes);
        ++found;
      }
      if (found > 0 && found == std::count(by_input.begin(), by_input.end(), value)) step.overlaps.push_back(joint);
    }
  }

  void sort_values() {
    std::vector<std::int32_t> place(result_.values.size());
    std::vector<Value> sorted;
    for (std::int32_t old : value_of_) {
      if (old < 0) continue;
      place[static_cast<std::size_t>(old)] = static_cast<std::int32_t>(sorted.size());
      sorted.push_back(result_.values[static_cast<std::size_t>(old)]);
    }
    result_.values = std::move(sorted);
    const auto renumber = [&](std::int32_t& value) { value = place[static_cast<std::size_t>(value)]; };
    for (StepDraft& step : result_.steps) {
      for (std::int32_t& value : step.reads) renumber(value);
      for (std::int32_t& value : step.writes) renumber(value);
      for (StepOverlap& overlap : step.overlaps) renumber(overlap.read);
    }
  }

  const graph::Graph& graph_;
  const Choice& choice_;
  const PlanOptions& options_;
  std::vector<std::int32_t> value_of_;  // by tensor and layout
  StepGraph result_;
};

}  // namespace

std::vector<TensorId> activations(const graph::Graph& graph, const graph::Node& node) {
  std::vector<TensorId> ids;
  std::copy_if(node.inputs.begin(), node.inputs.end(), std::back_inserter(ids),
               [&](TensorId id) { return !graph.tensor(id).constant; });
  return ids;
}

std::vector<TensorId> reads_of(const graph::Graph& graph, std::size_t node, const PlanOptions& options) {
  std::vector<TensorId> ids = activations(graph, graph.nodes[node]);
  if (options.appends_at(node)) ids.erase(ids.begin());
  return ids;
}

StepGraph make_step_graph(const graph::Graph& graph, const Choice& choice, const PlanOptions& options) {
  return Builder(graph, choice, options).build();
}

}  // namespace mote::plan
