#include <array>
#include <limits>

#include "mote/quant/repair.h"
#include "ties.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::TensorId;

// Candidates: of the range of all values seen, and without the rarest values at either end.
constexpr std::array<float, 9> kShares = {1.0F, 0.95F, 0.9F, 0.85F, 0.8F, 0.7F, 0.6F, 0.5F, 0.4F};
constexpr std::array<double, 3> kPercentiles = {0.9999, 0.999, 0.99};

// What the network says before a softmax makes it a matter of degree.
TensorId answer_of(const Graph& graph) {
  const std::int32_t last = producer(graph, graph.outputs[0]);
  if (last < 0) return graph.outputs[0];
  const graph::Node& node = graph.nodes[static_cast<std::size_t>(last)];
  return std::holds_alternative<graph::Softmax>(node.op) ? node.inputs[0] : graph.outputs[0];
}

std::vector<float> answers(const Graph& graph, const MeasuringSet& set, const graph::FloatRunner::Editor& edit) {
  const TensorId answer = answer_of(graph);
  std::vector<float> result;
  run_groups(graph, set, [&](TensorId id, std::span<float> values) {
    edit(id, values);
    if (id == answer) result.insert(result.end(), values.begin(), values.end());
  });
  return result;
}

double squared_distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double error = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += error * error;
  }
  return sum;
}

// Tensors that share one grid, with the range of all values seen.
struct Group {
  std::vector<bool> members;  // by tensor
  Range seen;
  bool fixed = false;
};

std::vector<Group> groups_of(const Graph& graph, const std::vector<Range>& seen) {
  TiedSets sets = tie_tensors(graph);
  std::vector<Group> groups(graph.tensors.size());
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (graph.tensors[i].constant) continue;
    Group& group = groups[sets.find(i)];
    group.seen = group.members.empty() ? seen[i] : join(group.seen, seen[i]);
    group.members.resize(graph.tensors.size(), false);
    group.members[i] = true;
  }
  for (const graph::Node& node : graph.nodes) {
    if (quant_rule(node.op).output == OutputRule::kFixed)
      groups[sets.find(static_cast<std::size_t>(node.outputs[0]))].fixed = true;
  }
  std::erase_if(groups, [](const Group& group) { return group.members.empty() || group.fixed; });
  return groups;
}

Range joined_range(const Group& group, const std::vector<Range>& ranges) {
  Range result;
  bool seen = false;
  for (std::size_t i = 0; i < group.members.size(); ++i) {
    if (!group.members[i]) continue;
    result = seen ? join(result, ranges[i]) : ranges[i];
    seen = true;
  }
  return result;
}

std::vector<Range> calibrated(const Draft& draft, const MeasuringSet& set, const CalibrationSettings& settings) {
  return calibrate(draft.reference, set.runner, set.inputs, set.samples, settings);
}

// By tensor, for each of kPercentiles.
std::vector<std::vector<Range>> percentile_ranges(const Draft& draft, const MeasuringSet& set) {
  std::vector<std::vector<Range>> result;
  for (double share : kPercentiles)
    result.push_back(calibrated(draft, set, {.method = RangeMethod::kPercentile, .percentile = share}));
  return result;
}

std::vector<Range> candidates_of(const Group& group, const Draft& draft,
                                 const std::vector<std::vector<Range>>& percentiles) {
  std::vector<Range> candidates = {joined_range(group, draft.ranges)};
  for (float share : kShares) candidates.push_back({group.seen.low * share, group.seen.high * share});
  for (const std::vector<Range>& ranges : percentiles) candidates.push_back(joined_range(group, ranges));
  return candidates;
}

Range best_range(const Draft& draft, const Group& group, const std::vector<Range>& candidates, const MeasuringSet& set,
                 const std::vector<float>& wanted) {
  Range best = candidates.front();
  double least = std::numeric_limits<double>::infinity();
  for (const Range& candidate : candidates) {
    const graph::Quant quant = activation_quant(candidate, draft.settings.activations);
    const std::vector<float> got = answers(draft.reference, set, [&](TensorId id, std::span<float> values) {
      if (group.members[static_cast<std::size_t>(id)])
        snap(quant, activation_dtype(draft.settings.activations), values);
    });
    const double error = squared_distance(wanted, got);
    if (error >= least) continue;
    least = error;
    best = candidate;
  }
  return best;
}

}  // namespace

Draft search_ranges(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings) {
  const std::vector<Range> seen = calibrated(draft, set, {.method = RangeMethod::kMinMax});
  const std::vector<std::vector<Range>> percentiles = percentile_ranges(draft, set);
  const SpreadSet part(set, draft.graph, settings.samples);
  const std::vector<float> wanted = answers(draft.reference, part.set(), [](auto, auto) {});
  Draft result = draft;
  for (const Group& group : groups_of(draft.reference, seen)) {
    const Range best = best_range(draft, group, candidates_of(group, draft, percentiles), part.set(), wanted);
    for (std::size_t i = 0; i < group.members.size(); ++i) {
      if (group.members[i]) result.ranges[i] = best;
    }
  }
  return result;
}

}  // namespace mote::quant
