#include "mote/doctor/mixed_precision.h"

#include <array>

#include "mote/base/error.h"
#include "mote/quant/simulate.h"
#include "mote/quant/weights.h"

namespace mote::doctor {
namespace {

using quant::WeightType;

bool has_weights(const graph::Graph& graph, const graph::Node& node) {
  return quant::weight_layout(graph, node, WeightType::kInt8, quant::DenseScales::kPerTensor).has_value();
}

std::vector<WeightType> one_of_type(const quant::Draft& draft, std::int32_t node, WeightType type) {
  std::vector<WeightType> types(draft.graph.nodes.size(), WeightType::kInt8);
  types[static_cast<std::size_t>(node)] = type;
  return types;
}

// The draft with one layer of another type.
quant::Draft with_type(const quant::Draft& draft, std::int32_t node, WeightType type) {
  quant::Draft result = draft;
  result.settings.weights = one_of_type(draft, node, type);
  // Scales that were chosen for another type say nothing of this one.
  if (!result.settings.weight_scales.empty()) result.settings.weight_scales[static_cast<std::size_t>(node)].clear();
  return result;
}

std::int64_t stored_bytes(const graph::Graph& graph, std::int32_t node, WeightType type) {
  graph::Tensor weights = graph.tensor(graph.nodes[static_cast<std::size_t>(node)].inputs[1]);
  weights.type = quant::weight_dtype(type);
  return weights.stored_bytes();
}

Effect effect_of_type(const quant::Draft& draft, const JudgedSet& clips, const std::vector<float>& wanted,
                      std::int32_t node, WeightType type) {
  const quant::Simulation simulation(draft.reference, quantize(with_type(draft, node, type)));
  const std::array<std::int32_t, 1> one{node};
  return effect_of(wanted, float_scores(simulation.with_weights_of(one), clips.inputs), clips.truth);
}

}  // namespace

CostOfTypes stored_weights(const quant::Draft& draft) {
  const graph::Graph graph = draft.graph;
  return [graph](const std::vector<WeightType>& types) {
    NetworkCost cost;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      if (has_weights(graph, graph.nodes[i]))
        cost.weight_bytes += stored_bytes(graph, static_cast<std::int32_t>(i), types[i]);
    }
    return cost;
  };
}

TypeTable type_costs(const quant::Draft& draft, const std::vector<WeightType>& types, const CostOfTypes& cost) {
  if (types.empty()) throw Error(ErrorCode::kInvalid, "[mixed precision] wanted types to choose from, got none");
  TypeTable table;
  table.nodes = draft.graph.nodes.size();
  table.int8 = cost(std::vector<WeightType>(table.nodes, WeightType::kInt8));
  for (std::size_t i = 0; i < table.nodes; ++i) {
    const graph::Node& node = draft.reference.nodes[i];
    if (!has_weights(draft.reference, node)) continue;
    const auto index = static_cast<std::int32_t>(i);
    LayerSensitivity layer{
        index, draft.reference.node_name(node), draft.reference.tensor(node.inputs[1]).elements(), {}};
    for (WeightType type : types) {
      layer.choices.push_back(
          {type, stored_bytes(draft.graph, index, type), cost(one_of_type(draft, index, type)), {}});
    }
    table.layers.push_back(std::move(layer));
  }
  return table;
}

TypeTable sensitivities(const quant::Draft& draft, const JudgedSet& clips, const std::vector<WeightType>& types,
                        const CostOfTypes& cost) {
  clips.validate(draft.reference);
  TypeTable table = type_costs(draft, types, cost);
  const std::vector<float> wanted = float_scores(draft.reference, clips.inputs);
  for (LayerSensitivity& layer : table.layers) {
    for (TypeChoice& choice : layer.choices)
      choice.effect = effect_of_type(draft, clips, wanted, layer.node, choice.type);
  }
  return table;
}

std::vector<WeightType> weight_types(const TypeTable& table, const std::vector<std::size_t>& chosen) {
  std::vector<WeightType> types(table.nodes, WeightType::kInt8);
  for (std::size_t i = 0; i < table.layers.size(); ++i)
    types[static_cast<std::size_t>(table.layers[i].node)] = table.layers[i].choices[chosen[i]].type;
  return types;
}

}  // namespace mote::doctor
