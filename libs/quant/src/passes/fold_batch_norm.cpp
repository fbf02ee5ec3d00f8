#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "mote/base/error.h"
#include "mote/quant/fold.h"
#include "rewrite.h"
#include "rules.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::Node;
using graph::Tensor;
using graph::TensorId;

// y = a·x + b for each channel.
struct Affine {
  std::vector<double> a, b;
};

std::span<const float> trained_values(const Tensor& constant) {
  if (constant.data) return graph::values<float>(constant);
  throw Error(ErrorCode::kInvalid, fmt::format("wanted a trained '{}', got no values", constant.name));
}

Affine affine(const Graph& graph, const Node& node) {
  const auto gamma = trained_values(graph.tensor(node.inputs[1]));
  const auto beta = trained_values(graph.tensor(node.inputs[2]));
  const auto mean = trained_values(graph.tensor(node.inputs[3]));
  const auto variance = trained_values(graph.tensor(node.inputs[4]));
  const double epsilon = static_cast<double>(std::get<graph::BatchNorm>(node.op).epsilon);
  Affine result;
  for (std::size_t c = 0; c < gamma.size(); ++c) {
    const double a = static_cast<double>(gamma[c]) / std::sqrt(static_cast<double>(variance[c]) + epsilon);
    result.a.push_back(a);
    result.b.push_back(static_cast<double>(beta[c]) - static_cast<double>(mean[c]) * a);
  }
  return result;
}

TensorId add_constant(Graph& graph, std::string name, graph::Shape shape, std::span<const float> values) {
  graph.tensors.push_back(
      {std::move(name), graph::DType::kFloat32, std::move(shape), {}, true, graph::make_buffer(values)});
  return static_cast<TensorId>(graph.tensors.size() - 1);
}

// The weights with each output channel scaled. `axis` is where the output channels lie.
std::vector<float> scaled_weights(const Tensor& weights, std::size_t axis, const std::vector<double>& a) {
  const auto source = trained_values(weights);
  std::int64_t inner = 1;
  for (std::size_t i = axis + 1; i < weights.shape.size(); ++i) inner *= weights.shape[i];
  std::vector<float> result(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    const std::size_t channel = (i / static_cast<std::size_t>(inner)) % a.size();
    result[i] = static_cast<float>(static_cast<double>(source[i]) * a[channel]);
  }
  return result;
}

void fold_into(Graph& graph, Node& layer, const Affine& norm, std::int32_t axis) {
  const Tensor weights = graph.tensor(layer.inputs[1]);
  const bool has_bias = layer.inputs.size() > 2;
  const auto old = has_bias ? trained_values(graph.tensor(layer.inputs[2])) : std::span<const float>();
  std::vector<float> bias;
  for (std::size_t c = 0; c < norm.a.size(); ++c) {
    const double before = has_bias ? static_cast<double>(old[c]) : 0.0;
    bias.push_back(static_cast<float>(norm.b[c] + before * norm.a[c]));
  }
  const std::string name = graph.node_name(layer);
  layer.inputs[1] =
      add_constant(graph, weights.name, weights.shape, scaled_weights(weights, static_cast<std::size_t>(axis), norm.a));
  layer.inputs.resize(2);
  layer.inputs.push_back(add_constant(graph, name + ".bias", {static_cast<std::int32_t>(bias.size())}, bias));
}

// A batch norm with no weighted layer before it: a depthwise 1×1 convolution does the same.
void replace_alone(Graph& graph, Node& node, const Affine& norm) {
  const std::string name = graph.node_name(node);
  const graph::Shape& shape = graph.tensor(node.inputs[0]).shape;
  if (shape.size() != 4) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("[batch_norm] '{}' follows no convolution or dense layer and its input {} is no picture",
                            name, graph::to_string(shape)));
  }
  const auto channels = static_cast<std::int32_t>(norm.a.size());
  const std::vector<float> weights(norm.a.begin(), norm.a.end());
  const std::vector<float> bias(norm.b.begin(), norm.b.end());
  const TensorId w = add_constant(graph, name + ".weight", {1, 1, 1, channels}, weights);
  const TensorId b = add_constant(graph, name + ".bias", {channels}, bias);
  node.op = graph::DepthwiseConv2d{};
  node.inputs = {node.inputs[0], w, b};
}

// The axis of the output channels when the batch norm can be folded into the layer that writes its input.
std::optional<std::int32_t> foldable_axis(const Graph& graph, const Node& norm, std::int32_t writer) {
  if (writer < 0 || !only_reader(graph, norm.inputs[0])) return std::nullopt;
  const Node& layer = graph.nodes[static_cast<std::size_t>(writer)];
  const QuantRule rule = quant_rule(layer.op);
  if (!rule.weighted || has_activation(layer.op)) return std::nullopt;
  return rule.channel_axis;
}

// True when the node at `index` was a batch norm that now lives in the layer before it.
bool fold_one(Graph& graph, std::size_t index) {
  const Node norm = graph.nodes[index];
  if (!std::holds_alternative<graph::BatchNorm>(norm.op)) return false;
  const Affine values = affine(graph, norm);
  const std::int32_t writer = producer(graph, norm.inputs[0]);
  const auto axis = foldable_axis(graph, norm, writer);
  if (!axis) {
    replace_alone(graph, graph.nodes[index], values);
    return false;
  }
  fold_into(graph, graph.nodes[static_cast<std::size_t>(writer)], values, *axis);
  redirect(graph, norm.outputs[0], norm.inputs[0]);
  return true;
}

}  // namespace

Graph fold_batch_norm(const Graph& graph) {
  Graph result = graph;
  erase_where(result, fold_one);
  return compact(result);
}

}  // namespace mote::quant
