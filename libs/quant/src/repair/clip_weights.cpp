#include <algorithm>
#include <cmath>

#include "mote/quant/repair.h"
#include "repair/layer_weights.h"
#include "repair/patches.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::Node;

constexpr int kCandidates = 50;
constexpr float kNarrowest = 0.5F;  // of the scale that holds the greatest weight

// Mean power of what each weight multiplies.
std::vector<double> weight_powers(const Graph& graph, const Node& node, const Patches& patches) {
  std::vector<double> power(patches.width(), 0.0);
  for (std::size_t r = 0; r < patches.rows(); ++r) {
    for (std::size_t k = 0; k < power.size(); ++k)
      power[k] += static_cast<double>(patches.row(r)[k]) * static_cast<double>(patches.row(r)[k]);
  }
  const LayerWeights layer(graph, node);
  std::vector<double> result(layer.values().size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = power[layer.patch_column(i)];
  return result;
}

struct Weighted {
  float weight = 0;
  double power = 0;
};

double clipping_error(const std::vector<Weighted>& weights, float scale, double limit) {
  double sum = 0;
  for (const Weighted& one : weights) {
    const double steps =
        std::clamp(std::round(static_cast<double>(one.weight) / static_cast<double>(scale)), -limit, limit);
    const double error = steps * static_cast<double>(scale) - static_cast<double>(one.weight);
    sum += error * error * one.power;
  }
  return sum;
}

// The scale of least error between that of the greatest weight and its half.
float best_scale(const std::vector<Weighted>& weights, float whole, double limit) {
  float best = whole;
  double least = clipping_error(weights, whole, limit);
  for (int i = 1; i < kCandidates; ++i) {
    const float share = 1.0F - (1.0F - kNarrowest) * static_cast<float>(i) / kCandidates;
    const double error = clipping_error(weights, share * whole, limit);
    if (error >= least) continue;
    least = error;
    best = share * whole;
  }
  return best;
}

std::vector<float> layer_scales(const Draft& draft, std::size_t index, const WeightLayout& layout, WeightType type,
                                const MeasuringSet& set) {
  const Node& node = draft.graph.nodes[index];
  const auto values = graph::values<float>(draft.graph.tensor(node.inputs[1]));
  const Patches patches = patches_of(draft.reference, index, set, [](auto, auto) {});
  const std::vector<double> powers = weight_powers(draft.graph, node, patches);
  std::vector<std::vector<Weighted>> groups(layout.scales);
  for (std::size_t i = 0; i < values.size(); ++i) groups[layout.scale_of(i)].push_back({values[i], powers[i]});
  const Graph quantized = quantize(draft);
  const std::vector<float>& whole = quantized.tensor(quantized.nodes[index].inputs[1]).quant.scales;
  std::vector<float> result;
  for (std::size_t s = 0; s < groups.size(); ++s)
    result.push_back(best_scale(groups[s], whole[s], static_cast<double>(greatest_weight(type))));
  return result;
}

}  // namespace

Draft clip_weights(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings) {
  const SpreadSet part(set, draft.graph, settings.samples);
  Draft result = draft;
  result.settings.weight_scales.resize(draft.graph.nodes.size());
  for (std::size_t i = 0; i < draft.graph.nodes.size(); ++i) {
    const WeightType type = weight_type(draft.settings, i);
    if (type == WeightType::kTernary || type == WeightType::kBinary) continue;
    const auto layout = weight_layout(draft.graph, draft.graph.nodes[i], type, draft.settings.dense);
    if (layout) result.settings.weight_scales[i] = layer_scales(draft, i, *layout, type, part.set());
  }
  return result;
}

}  // namespace mote::quant
