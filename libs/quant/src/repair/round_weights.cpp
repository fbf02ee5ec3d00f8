#include <algorithm>
#include <cmath>

#include "mote/quant/repair.h"
#include "repair/layer_weights.h"
#include "repair/patches.h"
#include "rules.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::Node;

constexpr double kMostSweeps = 20;
// Keeps weights whose inputs are silent on the data where rounding to nearest has them: a share of the mean power.
constexpr double kDamping = 0.01;
// A weight so near to a step of its grid has no other candidate.
constexpr double kOnGrid = 1e-3;

// Second moments of what one filter sees: of the quantized network's inputs, and of those with the float network's.
struct Moments {
  std::size_t width = 0;
  std::vector<double> own;    // width × width
  std::vector<double> cross;  // width × width: quantized by float
};

// Of the columns first, first + step, … of the patches.
Moments moments(const Patches& quantized, const Patches& wanted, std::size_t first, std::size_t step) {
  Moments result;
  const std::size_t width = quantized.width() / step;
  result.width = width;
  result.own.assign(width * width, 0.0);
  result.cross.assign(width * width, 0.0);
  std::vector<double> q(width), f(width);
  for (std::size_t r = 0; r < quantized.rows(); ++r) {
    for (std::size_t i = 0; i < width; ++i) {
      q[i] = static_cast<double>(quantized.row(r)[first + i * step]);
      f[i] = static_cast<double>(wanted.row(r)[first + i * step]);
    }
    for (std::size_t i = 0; i < width; ++i) {
      if (q[i] == 0) continue;
      double* own = result.own.data() + i * width;
      double* cross = result.cross.data() + i * width;
      for (std::size_t j = 0; j < width; ++j) {
        own[j] += q[i] * q[j];
        cross[j] += q[i] * f[j];
      }
    }
  }
  double power = 0;
  for (std::size_t i = 0; i < width; ++i) power += result.own[i * width + i];
  const double damping = kDamping * power / static_cast<double>(width);
  for (std::size_t i = 0; i < width; ++i) {
    result.own[i * width + i] += damping;
    result.cross[i * width + i] += damping;
  }
  return result;
}

// One weight's two candidates; `other` is no further than one step away.
struct Choice {
  double value = 0;
  double other = 0;
};

Choice choice_of(double weight, double scale, double limit) {
  const double steps = std::clamp(weight / scale, -limit, limit);
  const double nearest = std::round(steps);
  if (std::abs(steps - nearest) < kOnGrid) return {nearest * scale, nearest * scale};
  const double other = steps > nearest ? nearest + 1 : nearest - 1;
  return {nearest * scale, std::clamp(other, -limit, limit) * scale};
}

// Coordinate descent of v'·own·v - 2·v'·cross·w over the candidates of each weight.
std::vector<float> rounded(const std::vector<double>& weights, double scale, double limit, const Moments& m,
                           double effort) {
  std::vector<Choice> choices;
  for (double weight : weights) choices.push_back(choice_of(weight, scale, limit));
  std::vector<double> slope(m.width, 0.0);
  for (std::size_t i = 0; i < m.width; ++i) {
    for (std::size_t j = 0; j < m.width; ++j)
      slope[i] += m.own[i * m.width + j] * choices[j].value - m.cross[i * m.width + j] * weights[j];
  }
  const auto sweeps = static_cast<int>(std::ceil(kMostSweeps * effort));
  bool moved = true;
  for (int sweep = 0; moved && sweep < sweeps; ++sweep) {
    moved = false;
    for (std::size_t i = 0; i < m.width; ++i) {
      const double step = choices[i].other - choices[i].value;
      const double change = 2 * step * slope[i] + step * step * m.own[i * m.width + i];
      if (change >= 0) continue;
      std::swap(choices[i].value, choices[i].other);
      for (std::size_t j = 0; j < m.width; ++j) slope[j] += step * m.own[i * m.width + j];
      moved = true;
    }
  }
  std::vector<float> result;
  for (const Choice& choice : choices) result.push_back(static_cast<float>(choice.value));
  return result;
}

// Places of the weights of one filter in the constant.
struct FilterView {
  std::size_t first, step;
};

// How the weights of a layer may be rounded.
struct Grid {
  std::span<const float> scales;
  double limit = 127;  // greatest integer
  double effort = 1;
};

std::vector<float> round_layer(const Graph& graph, const Node& node, const Grid& grid, const Patches& quantized,
                               const Patches& wanted) {
  const LayerWeights layer(graph, node);
  const auto outputs = static_cast<std::size_t>(layer.outputs());
  const std::size_t channels =
      layer.depthwise() ? static_cast<std::size_t>(graph.tensor(node.inputs[0]).shape.back()) : 1;
  std::vector<float> result(layer.values().begin(), layer.values().end());
  const std::size_t taps = result.size() / outputs;
  Moments m;
  std::size_t seen = channels;
  for (std::size_t o = 0; o < outputs; ++o) {
    const std::size_t channel = o * channels / outputs;
    // Filters of the same inputs follow one another.
    if (channel != seen) m = moments(quantized, wanted, channel, channels);
    seen = channel;
    const FilterView view = layer.depthwise() ? FilterView{o, outputs} : FilterView{o * taps, 1};
    std::vector<double> weights(taps);
    for (std::size_t k = 0; k < taps; ++k) weights[k] = static_cast<double>(result[view.first + k * view.step]);
    const auto scale = static_cast<double>(grid.scales[o % grid.scales.size()]);
    const std::vector<float> chosen = rounded(weights, scale, grid.limit, m, grid.effort);
    for (std::size_t k = 0; k < taps; ++k) result[view.first + k * view.step] = chosen[k];
  }
  return result;
}

void round_one(Draft& draft, std::size_t index, const MeasuringSet& set, double effort) {
  const Graph quantized = quantize(draft);
  const Simulation simulation(draft.graph, quantized);
  const Patches wanted = patches_of(draft.reference, index, set, [](auto, auto) {});
  const Patches got = patches_of(simulation.whole(), index, set,
                                 [&](graph::TensorId id, std::span<float> values) { simulation.snap(id, values); });
  Node node = draft.graph.nodes[index];
  const std::vector<float>& scales = quantized.tensor(quantized.nodes[index].inputs[1]).quant.scales;
  const Grid grid{scales, static_cast<double>(greatest_weight(weight_type(draft.settings, index))), effort};
  replace_constant(draft.graph, node, 1, round_layer(draft.graph, node, grid, got, wanted));
  draft.graph.nodes[index] = std::move(node);
  draft.settings.weight_scales[index] = scales;
}

}  // namespace

Draft round_weights(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings) {
  const SpreadSet part(set, draft.graph, settings.samples);
  Draft result = draft;
  result.settings.weight_scales.resize(draft.graph.nodes.size());
  for (std::size_t i = 0; i < draft.graph.nodes.size(); ++i) {
    // A binary weight has no other candidate than its sign.
    if (weight_type(draft.settings, i) == WeightType::kBinary) continue;
    if (quant_rule(draft.graph.nodes[i].op).weighted) round_one(result, i, part.set(), settings.rounding_effort);
  }
  return result;
}

}  // namespace mote::quant
