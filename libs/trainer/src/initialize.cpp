#include "mote/trainer/initialize.h"

#include <fmt/format.h>

#include <cmath>

#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "parameter_layout.h"

namespace mote::trainer {
namespace {

bool feeds_softmax(const graph::Graph& graph, const graph::Node& node) {
  for (std::int32_t reader : graph::consumers(graph, node.outputs.front())) {
    if (std::holds_alternative<graph::Softmax>(graph.nodes[static_cast<std::size_t>(reader)].op)) return true;
  }
  return false;
}

std::vector<float> he_normal(std::int64_t count, std::int64_t fan_in, Rng rng) {
  const double deviation = std::sqrt(2.0 / static_cast<double>(fan_in));
  std::vector<float> result(static_cast<std::size_t>(count));
  for (float& value : result) value = static_cast<float>(deviation * rng.normal());
  return result;
}

std::vector<float> glorot_uniform(std::int64_t count, std::int64_t fan_sum, Rng rng) {
  const double bound = std::sqrt(6.0 / static_cast<double>(fan_sum));
  std::vector<float> result(static_cast<std::size_t>(count));
  for (float& value : result) value = static_cast<float>(rng.uniform(-bound, bound));
  return result;
}

std::vector<float> starting_values(const graph::Graph& graph, const NodeParameter& entry, std::uint64_t seed) {
  const graph::Tensor& tensor = graph.tensor(entry.tensor);
  const graph::Node& node = graph.nodes[entry.node];
  if (entry.use.kind != ParameterKind::kWeight) {
    return std::vector<float>(static_cast<std::size_t>(tensor.elements()), entry.use.start);
  }
  const Rng rng = Rng::derive(seed, "initialize " + tensor.name);
  if (std::holds_alternative<graph::Dense>(node.op) && feeds_softmax(graph, node)) {
    return glorot_uniform(tensor.elements(), entry.use.fan_in + entry.use.fan_out, rng);
  }
  return he_normal(tensor.elements(), entry.use.fan_in, rng);
}

}  // namespace

graph::Graph initialize(const graph::Graph& graph, std::uint64_t seed) {
  graph::verify(graph, graph::Stage::kTrain);
  graph::Graph result = graph;
  for (const NodeParameter& entry : node_parameters(graph)) {
    graph::Tensor& tensor = result.tensor(entry.tensor);
    if (tensor.data) continue;
    tensor.data = graph::make_buffer<float>(starting_values(graph, entry, seed));
  }
  for (const graph::Tensor& tensor : result.tensors) {
    if (!tensor.constant || tensor.data) continue;
    throw Error(ErrorCode::kUnsupported,
                fmt::format("[initialize] constant '{}' is no parameter of its layer: give it values", tensor.name));
  }
  graph::verify(result, graph::Stage::kTrain);
  return result;
}

}  // namespace mote::trainer
