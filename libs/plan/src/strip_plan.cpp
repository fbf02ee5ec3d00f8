#include "strip_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "mote/base/error.h"
#include "offers.h"

namespace mote::plan {
namespace {

bool is_border(const Value& value) {
  return value.is_input || value.is_output;
}

bool is_border(const StepGraph& steps, std::int32_t value) {
  return is_border(steps.values[static_cast<std::size_t>(value)]);
}

bool touches_border(const StepGraph& steps, const StepDraft& step) {
  const auto border = [&](std::int32_t value) { return is_border(steps, value); };
  return std::any_of(step.reads.begin(), step.reads.end(), border) ||
         std::any_of(step.writes.begin(), step.writes.end(), border);
}

// Input and output lie elsewhere: they take no room and nothing lies over them.
void take_out_borders(StepGraph& steps) {
  for (StepDraft& step : steps.steps) {
    const bool to_border = is_border(steps, step.writes.front());
    std::erase_if(step.overlaps,
                  [&](const StepOverlap& overlap) { return to_border || is_border(steps, overlap.read); });
  }
  for (Value& value : steps.values) value.size_bytes = is_border(value) ? 0 : value.size_bytes;
}

StripPart plan_part(const StripGraph& strip, const PlanOptions& options) {
  StripPart part;
  PlanOptions inner = options;
  inner.limits = {};
  inner.kernels.clear();
  for (std::size_t node = 0; node < strip.graph.nodes.size(); ++node) {
    part.lowered.push_back(lower_node(strip.graph, node, strip.pad_top[node]));
    if (options.strips.kernels) inner.kernels.push_back(options.strips.kernels(strip.graph, node, strip.pad_top[node]));
  }
  part.chosen = choose_kernels(strip.graph, make_offers(strip.graph, part.lowered, inner), inner);
  take_out_borders(part.chosen.steps);
  lay_out(part.chosen, inner.reuse);
  return part;
}

std::int64_t constant_bytes(const graph::Graph& graph, const StepDraft& step) {
  std::int64_t sum = 0;
  if (step.node < 0) return sum;
  for (graph::TensorId id : graph.nodes[static_cast<std::size_t>(step.node)].inputs)
    sum += graph.tensor(id).constant ? graph.tensor(id).stored_bytes() : 0;
  return sum;
}

// A step of the runtime is called with other addresses; of the others the text is written again for each.
std::int64_t flash_bytes(const StepGraph& steps, const StepDraft& step, std::int64_t weights, const StripStep& at) {
  const bool is_portable = step.option.name == kPortableOption;
  if (at.twin < 0) return step.option.flash_bytes + (at.strip == 0 || is_portable ? 0 : weights);
  return is_portable || !touches_border(steps, step) ? 0 : step.option.flash_bytes + weights;
}

void list_steps(StripPlan& plan) {
  std::vector<std::int32_t> first(plan.parts.size(), -1);  // step of the first strip of each part
  for (std::size_t strip = 0; strip < plan.strips.strips.size(); ++strip) {
    const auto index = static_cast<std::size_t>(plan.strips.strips[strip].graph);
    const Candidate& chosen = plan.parts[index].chosen;
    const auto begin = static_cast<std::int32_t>(plan.steps.size());
    for (std::size_t place = 0; place < chosen.order.size(); ++place) {
      StripStep step{static_cast<std::int32_t>(strip), static_cast<std::int32_t>(place), -1, 0};
      if (first[index] >= 0) step.twin = first[index] + step.place;
      const StepDraft& draft = chosen.steps.steps[static_cast<std::size_t>(chosen.order[place])];
      const std::int64_t weights = constant_bytes(plan.strips.graphs[index].graph, draft);
      step.flash_bytes = flash_bytes(chosen.steps, draft, weights, step);
      plan.steps.push_back(step);
    }
    if (first[index] < 0) first[index] = begin;
  }
}

KernelOption as_one(const graph::Graph& graph, const StripPlan& plan) {
  KernelOption option;
  option.name = "strips";
  option.inputs = {Layout::kNhwc};
  option.overlaps = {strip_overlap(graph, plan.strips)};
  std::vector<const KernelOption*> used;
  std::set<std::string> cores;
  for (const StripPart& part : plan.parts)
    option.scratch_bytes = std::max(option.scratch_bytes, part.chosen.arena.bytes);
  for (const StripStep& step : plan.steps) {
    const Strip& strip = plan.strips.strips[static_cast<std::size_t>(step.strip)];
    const Candidate& chosen = plan.parts[static_cast<std::size_t>(strip.graph)].chosen;
    const auto index = static_cast<std::size_t>(chosen.order[static_cast<std::size_t>(step.place)]);
    const KernelOption& one = chosen.steps.steps[index].option;
    option.instructions += one.instructions;
    option.flash_bytes += step.flash_bytes;
    cores.insert(one.cores.begin(), one.cores.end());
    used.push_back(&one);
  }
  option.cores.assign(cores.begin(), cores.end());
  option.core_flash_bytes = shared_core_bytes(used);
  return option;
}

}  // namespace

bool begin_at_words(const Strips& strips) {
  return std::all_of(strips.strips.begin(), strips.strips.end(), [](const Strip& strip) {
    return strip.input_offset_bytes % kActivationAlignmentBytes == 0 &&
           strip.output_offset_bytes % kActivationAlignmentBytes == 0;
  });
}

Overlap strip_overlap(const graph::Graph& graph, const Strips& strips) {
  const graph::Tensor& input = graph.tensor(graph.inputs.front());
  Overlap overlap{0, -input.bytes(), 1};
  for (std::size_t i = 0; i + 1 < strips.strips.size(); ++i) {
    const Strip& next = strips.strips[i + 1];  // its output begins where this one's ends
    overlap.least_distance_bytes =
        std::max(overlap.least_distance_bytes, next.output_offset_bytes - next.input_offset_bytes);
  }
  return overlap;
}

graph::Graph with_strips_as_node(const graph::Graph& graph, const StripCut& cut) {
  graph::Graph result = graph;
  const auto layers = static_cast<std::ptrdiff_t>(cut.layers);
  graph::Node joint = graph.nodes[static_cast<std::size_t>(cut.layers) - 1];
  joint.inputs = graph.inputs;
  result.nodes.erase(result.nodes.begin(), result.nodes.begin() + layers);
  result.nodes.insert(result.nodes.begin(), std::move(joint));
  return result;
}

StripPlan plan_strips(const graph::Graph& graph, const StripCut& cut, const PlanOptions& options) {
  StripPlan plan;
  plan.strips = cut_strips(graph, cut);
  if (options.strips.kernels && !begin_at_words(plan.strips)) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[strips] wanted strips that begin at multiples of {} bytes, got {} rows",
                            kActivationAlignmentBytes, cut.rows));
  }
  for (const StripGraph& strip : plan.strips.graphs) plan.parts.push_back(plan_part(strip, options));
  list_steps(plan);
  plan.option = as_one(graph, plan);
  return plan;
}

}  // namespace mote::plan
