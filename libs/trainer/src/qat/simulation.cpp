#include "simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "mote/base/error.h"

namespace mote::trainer {
namespace {

using graph::TensorId;

std::map<std::string, TensorId> ids_by_name(const graph::Graph& graph) {
  std::map<std::string, TensorId> ids;
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (ids.emplace(graph.tensors[i].name, static_cast<TensorId>(i)).second) continue;
    throw Error(ErrorCode::kUnsupported,
                fmt::format("[qat] wanted tensors of different names, got two called '{}'", graph.tensors[i].name));
  }
  return ids;
}

std::span<const float> norm_values(const graph::Graph& graph, const graph::Node& norm, std::size_t input) {
  return graph::values<float>(graph.tensor(norm.inputs[input]));
}

// The nodes that have weights, with the tensor of these.
std::map<std::size_t, TensorId> weighted_nodes(const graph::Graph& graph) {
  std::map<std::size_t, TensorId> nodes;
  for (const NodeParameter& parameter : node_parameters(graph)) {
    if (parameter.use.kind == ParameterKind::kWeight) nodes[parameter.node] = parameter.tensor;
  }
  return nodes;
}

}  // namespace

Simulation::Simulation(const graph::Graph& trained, const QatSettings& settings, const QatTarget& target)
    : trained_(trained),
      settings_(settings),
      target_(target),
      layout_(lay_out_parameters(trained)),
      lowered_(target.lower(trained)),
      means_(trained.nodes.size()),
      additions_(trained.nodes.size()) {
  find_heads();
  find_layers();
  activations_.resize(lowered_.tensors.size());
}

// An output that the lowered graph does not know was taken into the layer before it.
void Simulation::find_heads() {
  const auto ids = ids_by_name(lowered_);
  ids_by_name(trained_);
  heads_.assign(trained_.tensors.size(), -1);
  sites_.assign(trained_.tensors.size(), false);
  const auto head_of = [&](TensorId tensor) -> TensorId& { return heads_[static_cast<std::size_t>(tensor)]; };
  std::vector<TensorId> last(lowered_.tensors.size(), -1);
  const auto note = [&](TensorId tensor) { last[static_cast<std::size_t>(head_of(tensor))] = tensor; };
  for (TensorId input : trained_.inputs) {
    head_of(input) = ids.at(trained_.tensor(input).name);
    note(input);
  }
  for (const graph::Node& node : trained_.nodes) {
    const TensorId output = node.outputs.front();
    const auto found = ids.find(trained_.tensor(output).name);
    head_of(output) = found != ids.end() ? found->second : head_of(node.inputs.front());
    const bool rounds = !std::holds_alternative<graph::Dropout>(node.op) && output != trained_.outputs.front();
    if (rounds) note(output);
  }
  for (TensorId site : last) {
    if (site >= 0) sites_[static_cast<std::size_t>(site)] = true;
  }
  rounded_ = sites_;
  for (const graph::Node& node : trained_.nodes) {
    const bool drops = std::holds_alternative<graph::Dropout>(node.op);
    const auto output = static_cast<std::size_t>(node.outputs.front());
    rounded_[output] = rounded_[output] || (drops && rounded_[static_cast<std::size_t>(node.inputs.front())]);
  }
}

void Simulation::find_layers() {
  std::map<std::string, std::size_t> lowered;  // node by the name of its weights
  for (const auto& [node, weights] : weighted_nodes(lowered_)) lowered[lowered_.tensor(weights).name] = node;
  for (const auto& [node, weights] : weighted_nodes(trained_)) {
    const auto found = lowered.find(trained_.tensor(weights).name);
    if (found == lowered.end()) {
      throw Error(ErrorCode::kUnsupported,
                  fmt::format("[qat] wanted a layer with the weights '{}' after lowering, got none",
                              trained_.tensor(weights).name));
    }
    layers_.push_back({node, weights, found->second, norm_behind(node), {}});
  }
}

// The batch norm that folding takes into the node: it has no layer of its own, and the same activation.
std::optional<std::size_t> Simulation::norm_behind(std::size_t node) const {
  const auto head_of = [&](const graph::Node& n) { return heads_[static_cast<std::size_t>(n.outputs.front())]; };
  for (std::size_t i = node + 1; i < trained_.nodes.size(); ++i) {
    const graph::Node& next = trained_.nodes[i];
    const bool is_norm = std::holds_alternative<graph::BatchNorm>(next.op);
    if (is_norm && !is_layer(next) && head_of(next) == head_of(trained_.nodes[node])) return i;
  }
  return std::nullopt;
}

bool Simulation::is_layer(const graph::Node& node) const {
  return heads_[static_cast<std::size_t>(node.inputs.front())] !=
         heads_[static_cast<std::size_t>(node.outputs.front())];
}

void Simulation::update(std::span<const float> parameters, std::span<const float> statistics) {
  const std::int64_t slots = total_count(layout_.statistics);
  write_constants(trained_, layout_.parameters, parameters);
  write_constants(trained_, layout_.statistics, statistics);
  lowered_ = target_.lower(trained_);
  quantized_ = quant::quantize(lowered_, ranges(statistics.subspan(static_cast<std::size_t>(slots))), target_.quantize);
  update_activations();
  for (Layer& layer : layers_) update_layer(layer);
  if (settings_.exact_rounding) update_roundings();
}

// Ids differ between the lowered and the int8 graph, nodes do not.
void Simulation::update_activations() {
  const auto set = [&](TensorId lowered, TensorId quantized) {
    const graph::Tensor& tensor = quantized_.tensor(quantized);
    const bool wide = tensor.type == graph::DType::kInt16;
    const std::int32_t zero = tensor.quant.zero_points[0];
    constexpr float kHalf = 0.49F;
    const auto low = static_cast<float>((wide ? -32768 : -128) - zero),
               high = static_cast<float>((wide ? 32767 : 127) - zero);
    activations_[static_cast<std::size_t>(lowered)] = {tensor.quant.scales[0], low - kHalf, high + kHalf, zero};
  };
  for (std::size_t i = 0; i < lowered_.inputs.size(); ++i) set(lowered_.inputs[i], quantized_.inputs[i]);
  for (std::size_t i = 0; i < lowered_.nodes.size(); ++i) {
    set(lowered_.nodes[i].outputs.front(), quantized_.nodes[i].outputs.front());
  }
}

void Simulation::update_roundings() {
  for (Layer& layer : layers_) layer.grid.rounding = sum_rounding(quantized_, quantized_.nodes[layer.lowered_node]);
  for (std::size_t i = 0; i < trained_.nodes.size(); ++i) {
    const std::string& name = trained_.node_name(trained_.nodes[i]);
    const auto found = std::find_if(quantized_.nodes.begin(), quantized_.nodes.end(),
                                    [&](const graph::Node& node) { return quantized_.node_name(node) == name; });
    if (found == quantized_.nodes.end()) continue;
    if (std::holds_alternative<graph::Reduce>(found->op)) means_[i] = sum_rounding(quantized_, *found);
    additions_[i] = addition_rounding(quantized_, *found);
  }
}

// What folding multiplied the weights of a channel by.
double Simulation::folded_factor(const Layer& layer, std::size_t channel) const {
  if (!layer.norm) return 1.0;
  const graph::Node& node = trained_.nodes[*layer.norm];
  const double epsilon = static_cast<double>(std::get<graph::BatchNorm>(node.op).epsilon);
  const auto gamma = norm_values(trained_, node, 1), variance = norm_values(trained_, node, 4);
  return static_cast<double>(gamma[channel]) / std::sqrt(static_cast<double>(variance[channel]) + epsilon);
}

void Simulation::update_layer(Layer& layer) {
  const graph::Node& node = quantized_.nodes[layer.lowered_node];
  const graph::Tensor& weights = quantized_.tensor(node.inputs[1]);
  const auto integers = graph::values<std::int8_t>(weights);
  WeightGrid& grid = layer.grid;
  grid.integers.assign(integers.begin(), integers.end());
  grid.input_step = quantized_.tensor(node.inputs[0]).quant.scales[0];
  const std::vector<float>& scales = weights.quant.scales;
  const auto channels =
      static_cast<std::size_t>(trained_.tensor(trained_.nodes[layer.node].outputs.front()).shape.back());
  const bool outputs_first = trained_.tensor(layer.weights).shape.front() == static_cast<std::int32_t>(channels);
  grid.inner = outputs_first ? integers.size() / channels : 1;
  grid.step.resize(channels);
  grid.unit.resize(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const double factor = folded_factor(layer, c);
    // A channel that the batch norm multiplies by nothing has no weights to speak of.
    const double step = factor == 0 ? 0.0 : static_cast<double>(scales[c % scales.size()]) / factor;
    grid.step[c] = static_cast<float>(step);
    grid.unit[c] = static_cast<float>(step * static_cast<double>(grid.input_step));
  }
}

graph::TensorId Simulation::site_of(graph::TensorId tensor) const {
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    if (sites_[i] && heads_[i] == heads_[static_cast<std::size_t>(tensor)]) return static_cast<graph::TensorId>(i);
  }
  return -1;
}

std::optional<std::size_t> Simulation::layer_of(graph::TensorId tensor) const {
  for (const Layer& layer : layers_) {
    const auto output = static_cast<std::size_t>(trained_.nodes[layer.node].outputs.front());
    if (heads_[output] == heads_[static_cast<std::size_t>(tensor)]) return layer.node;
  }
  return std::nullopt;
}

const ActivationGrid& Simulation::activation(graph::TensorId tensor) const {
  return activations_[static_cast<std::size_t>(heads_[static_cast<std::size_t>(tensor)])];
}

const WeightGrid& Simulation::weights(std::size_t node) const {
  const auto found =
      std::find_if(layers_.begin(), layers_.end(), [&](const Layer& layer) { return layer.node == node; });
  return found->grid;
}

}  // namespace mote::trainer
