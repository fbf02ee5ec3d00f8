#include "mote/doctor/mixed_precision.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "mote/base/error.h"
#include "mote/quant/simulate.h"
#include "mote/quant/weights.h"

namespace mote::doctor {
namespace {

constexpr std::int64_t kMostSteps = 65536;
constexpr double kImpossible = std::numeric_limits<double>::infinity();

bool has_weights(const graph::Graph& graph, const graph::Node& node) {
  return quant::weight_layout(graph, node, quant::WeightType::kInt8, quant::DenseScales::kPerTensor).has_value();
}

// The draft with one layer of another type.
quant::Draft with_type(const quant::Draft& draft, std::int32_t node, quant::WeightType type) {
  quant::Draft result = draft;
  result.settings.weights.resize(draft.graph.nodes.size(), quant::WeightType::kInt8);
  result.settings.weights[static_cast<std::size_t>(node)] = type;
  // Scales that were chosen for another type say nothing of this one.
  if (!result.settings.weight_scales.empty()) result.settings.weight_scales[static_cast<std::size_t>(node)].clear();
  return result;
}

// Best[b]: least divergence of the layers so far within b steps of the budget; and the choice that gives it.
struct Column {
  std::vector<double> least;
  std::vector<std::uint8_t> choice;
};

Column next_column(const Column& before, const LayerSensitivity& layer, std::int64_t unit) {
  const std::size_t steps = before.least.size();
  Column column{std::vector<double>(steps, kImpossible), std::vector<std::uint8_t>(steps, 0)};
  for (std::size_t c = 0; c < layer.choices.size(); ++c) {
    const auto cost = static_cast<std::size_t>((layer.choices[c].cost + unit - 1) / unit);
    for (std::size_t b = cost; b < steps; ++b) {
      const double sum = before.least[b - cost] + layer.choices[c].effect.divergence;
      if (sum >= column.least[b]) continue;
      column.least[b] = sum;
      column.choice[b] = static_cast<std::uint8_t>(c);
    }
  }
  return column;
}

TypePlan plan_of(const std::vector<LayerSensitivity>& layers, std::vector<std::size_t> chosen) {
  TypePlan plan;
  plan.chosen = std::move(chosen);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    plan.cost += layers[i].choices[plan.chosen[i]].cost;
    plan.divergence += layers[i].choices[plan.chosen[i]].effect.divergence;
  }
  return plan;
}

}  // namespace

TypeCost stored_bytes(const quant::Draft& draft) {
  const graph::Graph graph = draft.graph;
  return [graph](std::int32_t node, quant::WeightType type) {
    graph::Tensor weights = graph.tensor(graph.nodes[static_cast<std::size_t>(node)].inputs[1]);
    weights.type = quant::weight_dtype(type);
    return weights.stored_bytes();
  };
}

std::vector<LayerSensitivity> sensitivities(const quant::Draft& draft, const JudgedSet& clips,
                                            const std::vector<quant::WeightType>& types, const TypeCost& cost) {
  clips.validate(draft.reference);
  if (types.empty()) throw Error(ErrorCode::kInvalid, "[mixed precision] wanted types to choose from, got none");
  const std::vector<float> wanted = float_scores(draft.reference, clips.inputs);
  std::vector<LayerSensitivity> result;
  for (std::size_t i = 0; i < draft.reference.nodes.size(); ++i) {
    const graph::Node& node = draft.reference.nodes[i];
    if (!has_weights(draft.reference, node)) continue;
    const auto index = static_cast<std::int32_t>(i);
    LayerSensitivity layer{
        index, draft.reference.node_name(node), draft.reference.tensor(node.inputs[1]).elements(), {}};
    for (quant::WeightType type : types) {
      const quant::Simulation simulation(draft.reference, quantize(with_type(draft, index, type)));
      const std::array<std::int32_t, 1> one{index};
      const std::vector<float> scores = float_scores(simulation.with_weights_of(one), clips.inputs);
      layer.choices.push_back({type, cost(index, type), effect_of(wanted, scores, clips.truth)});
    }
    result.push_back(std::move(layer));
  }
  return result;
}

TypePlan cheapest_plan(const std::vector<LayerSensitivity>& layers) {
  std::vector<std::size_t> chosen;
  for (const LayerSensitivity& layer : layers) {
    const auto least = std::min_element(layer.choices.begin(), layer.choices.end(), [](const auto& a, const auto& b) {
      return std::pair(a.cost, a.effect.divergence) < std::pair(b.cost, b.effect.divergence);
    });
    chosen.push_back(static_cast<std::size_t>(least - layer.choices.begin()));
  }
  return plan_of(layers, std::move(chosen));
}

TypePlan choose_types(const std::vector<LayerSensitivity>& layers, std::int64_t budget) {
  const TypePlan cheapest = cheapest_plan(layers);
  if (cheapest.cost > budget) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[mixed precision] wanted weights within {}, got {} at the least: that "
                            "is the nearest budget that can be met",
                            budget, cheapest.cost));
  }
  const std::int64_t unit = std::max<std::int64_t>(1, (budget + kMostSteps - 1) / kMostSteps);
  const auto steps = static_cast<std::size_t>(budget / unit) + 1;
  std::vector<Column> columns = {{std::vector<double>(steps, 0.0), {}}};
  for (const LayerSensitivity& layer : layers) columns.push_back(next_column(columns.back(), layer, unit));
  const std::vector<double>& last = columns.back().least;
  // The rounding up of costs may exclude what just fits.
  if (last.back() == kImpossible) return cheapest;
  // The first of equal ones is the cheapest.
  auto at = static_cast<std::size_t>(std::min_element(last.begin(), last.end()) - last.begin());
  std::vector<std::size_t> chosen(layers.size());
  for (std::size_t i = layers.size(); i-- > 0;) {
    chosen[i] = columns[i + 1].choice[at];
    at -= static_cast<std::size_t>((layers[i].choices[chosen[i]].cost + unit - 1) / unit);
  }
  return plan_of(layers, std::move(chosen));
}

std::vector<quant::WeightType> weight_types(const std::vector<LayerSensitivity>& layers, const TypePlan& plan,
                                            std::size_t nodes) {
  std::vector<quant::WeightType> types(nodes, quant::WeightType::kInt8);
  for (std::size_t i = 0; i < layers.size(); ++i)
    types[static_cast<std::size_t>(layers[i].node)] = layers[i].choices[plan.chosen[i]].type;
  return types;
}

}  // namespace mote::doctor
