#include <algorithm>
#include <utility>

#include "mote/quant/pointwise.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::Node;
using graph::Shape;
using graph::TensorId;

TensorId add_tensor(Graph& graph, graph::Tensor tensor, Shape shape, const std::string& suffix) {
  tensor.name += suffix;
  tensor.shape = std::move(shape);
  graph.tensors.push_back(std::move(tensor));
  return static_cast<TensorId>(graph.tensors.size() - 1);
}

// The input of a dense layer as a [1,1,1,inputs] map: itself, what it was reshaped from, or a reshape of it.
TensorId as_map(Graph& graph, TensorId x) {
  const Shape map{1, 1, 1, static_cast<std::int32_t>(graph.tensor(x).elements())};
  if (graph.tensor(x).shape == map) return x;
  const std::int32_t writer = producer(graph, x);
  if (writer >= 0) {
    const Node& node = graph.nodes[static_cast<std::size_t>(writer)];
    if (std::holds_alternative<graph::Reshape>(node.op) && graph.tensor(node.inputs[0]).shape == map)
      return node.inputs[0];
  }
  const TensorId reshaped = add_tensor(graph, graph.tensor(x), map, "/map");
  graph.nodes.push_back({graph::Reshape{map}, {x}, {reshaped}});
  return reshaped;
}

// The convolution is the layer and keeps its name.
void append_pointwise(Graph& graph, const graph::Dense& dense, const Node& node) {
  const Shape weights = graph.tensor(node.inputs[1]).shape;
  std::vector<TensorId> inputs = node.inputs;
  inputs[0] = as_map(graph, node.inputs[0]);
  inputs[1] = add_tensor(graph, graph.tensor(node.inputs[1]), {weights[0], 1, 1, weights[1]}, "");
  const TensorId output = add_tensor(graph, graph.tensor(node.outputs[0]), {1, 1, 1, weights[0]}, "");
  graph.tensor(node.outputs[0]).name += "/flat";
  graph::Conv2d conv;
  conv.activation = dense.activation;
  graph.nodes.push_back({conv, std::move(inputs), {output}});
  graph.nodes.push_back({graph::Reshape{graph.tensor(node.outputs[0]).shape}, {output}, node.outputs});
}

bool is_read(const Graph& graph, TensorId tensor) {
  const bool is_output = std::find(graph.outputs.begin(), graph.outputs.end(), tensor) != graph.outputs.end();
  return is_output || !consumers(graph, tensor).empty();
}

// Reshapes from the last to the first, so that a chain of useless ones goes at once.
void drop_unread_reshapes(Graph& graph) {
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    const Node& node = graph.nodes[i];
    if (!std::holds_alternative<graph::Reshape>(node.op) || is_read(graph, node.outputs[0])) continue;
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace

Graph dense_to_pointwise(const Graph& graph) {
  Graph result = graph;
  result.nodes.clear();
  for (const Node& node : graph.nodes) {
    const auto* dense = std::get_if<graph::Dense>(&node.op);
    if (dense == nullptr) {
      result.nodes.push_back(node);
    } else {
      append_pointwise(result, *dense, node);
    }
  }
  drop_unread_reshapes(result);
  return compact(result);
}

}  // namespace mote::quant
