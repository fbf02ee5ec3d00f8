#include "repair/layer_weights.h"

#include "rules.h"

namespace mote::quant {

using graph::Graph;
using graph::Node;
using graph::Tensor;
using graph::TensorId;

LayerWeights::LayerWeights(const Graph& graph, const Node& node) {
  const QuantRule rule = quant_rule(node.op);
  const Tensor& weights = graph.tensor(node.inputs[1]);
  values_ = graph::values<float>(weights);
  const auto axis = static_cast<std::size_t>(rule.channel_axis);
  outputs_ = weights.shape[axis];
  for (std::size_t i = axis + 1; i < weights.shape.size(); ++i) inner_ *= static_cast<std::size_t>(weights.shape[i]);
  last_ = static_cast<std::size_t>(weights.shape.back());
  depthwise_ = axis + 1 == weights.shape.size();
  if (depthwise_) multiplier_ = outputs_ / graph.tensor(node.inputs[0]).shape.back();
  per_channel_ = rule.per_channel;
}

WeightPlace LayerWeights::place(std::size_t index, std::int32_t channels) const {
  const auto output = static_cast<std::int32_t>((index / inner_) % static_cast<std::size_t>(outputs_));
  if (depthwise_) return {output, output / multiplier_};
  return {output, static_cast<std::int32_t>((index % last_) % static_cast<std::size_t>(channels))};
}

std::size_t LayerWeights::patch_column(std::size_t index) const {
  if (!depthwise_) return index % inner_;
  const auto outputs = static_cast<std::size_t>(outputs_), multiplier = static_cast<std::size_t>(multiplier_);
  return index / outputs * (outputs / multiplier) + index % outputs / multiplier;
}

WeightType weight_type(const QuantizeSettings& settings, std::size_t node) {
  return settings.weights.empty() ? WeightType::kInt8 : settings.weights[node];
}

void replace_constant(Graph& graph, Node& node, std::size_t input, std::span<const float> values) {
  Tensor constant = graph.tensor(node.inputs[input]);
  constant.data = graph::make_buffer(values);
  graph.tensors.push_back(std::move(constant));
  node.inputs[input] = static_cast<TensorId>(graph.tensors.size() - 1);
}

std::vector<float> biases(const Graph& graph, const Node& node, std::int32_t outputs) {
  if (node.inputs.size() < 3) return std::vector<float>(static_cast<std::size_t>(outputs), 0.0F);
  const auto values = graph::values<float>(graph.tensor(node.inputs[2]));
  return {values.begin(), values.end()};
}

void set_biases(Graph& graph, Node& node, std::span<const float> values) {
  if (node.inputs.size() > 2) return replace_constant(graph, node, 2, values);
  graph.tensors.push_back({graph.node_name(node) + ".bias",
                           graph::DType::kFloat32,
                           {static_cast<std::int32_t>(values.size())},
                           {},
                           true,
                           graph::make_buffer(values)});
  node.inputs.push_back(static_cast<TensorId>(graph.tensors.size() - 1));
}

}  // namespace mote::quant
