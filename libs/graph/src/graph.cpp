#include "mote/graph/graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/graph/op_functions.h"
#include "ops/check.h"

namespace mote::graph {
namespace {

NodeView view(const Graph& graph, const Node& node) {
  NodeView result;
  for (TensorId id : node.inputs) result.inputs.push_back(&graph.tensor(id));
  for (TensorId id : node.outputs) result.outputs.push_back(&graph.tensor(id));
  return result;
}

#define MOTE_TRAINABLE_OP(Type, stem)                           \
  std::int64_t products(const Type& op, const NodeView& node) { \
    return multiply_accumulates(op, node);                      \
  }
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#define MOTE_TRAINONLY_OP(Type, stem)                   \
  std::int64_t products(const Type&, const NodeView&) { \
    return 0;                                           \
  }
#include "mote/graph/ops.def"

}  // namespace

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::kTrain:
      return "train";
    case Stage::kFloat:
      return "float";
    case Stage::kInt8:
      return "int8";
  }
  return "?";
}

std::vector<Shape> infer_shapes(const Op& op, const std::vector<const Tensor*>& inputs) {
  std::vector<Shape> shapes = std::visit([&](const auto& attributes) { return infer(attributes, inputs); }, op);
  for (const Shape& shape : shapes) check_extents(shape);
  return shapes;
}

std::int32_t producer(const Graph& graph, TensorId tensor) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto& outputs = graph.nodes[i].outputs;
    if (std::find(outputs.begin(), outputs.end(), tensor) != outputs.end()) return static_cast<std::int32_t>(i);
  }
  return -1;
}

std::vector<std::int32_t> consumers(const Graph& graph, TensorId tensor) {
  std::vector<std::int32_t> result;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto& inputs = graph.nodes[i].inputs;
    if (std::find(inputs.begin(), inputs.end(), tensor) != inputs.end()) result.push_back(static_cast<std::int32_t>(i));
  }
  return result;
}

Graph compact(const Graph& graph) {
  std::vector<TensorId> renamed;
  return compact(graph, renamed);
}

Graph compact(const Graph& graph, std::vector<TensorId>& renamed) {
  std::vector<bool> used(graph.tensors.size(), false);
  const auto mark = [&](const std::vector<TensorId>& ids) {
    for (TensorId id : ids) used[static_cast<std::size_t>(id)] = true;
  };
  mark(graph.inputs);
  mark(graph.outputs);
  for (const Node& node : graph.nodes) {
    mark(node.inputs);
    mark(node.outputs);
  }
  Graph result{graph.name, {}, graph.nodes, graph.inputs, graph.outputs};
  renamed.assign(graph.tensors.size(), -1);
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (!used[i]) continue;
    renamed[i] = static_cast<TensorId>(result.tensors.size());
    result.tensors.push_back(graph.tensors[i]);
  }
  const auto rename = [&](std::vector<TensorId>& ids) {
    for (TensorId& id : ids) id = renamed[static_cast<std::size_t>(id)];
  };
  rename(result.inputs);
  rename(result.outputs);
  for (Node& node : result.nodes) {
    rename(node.inputs);
    rename(node.outputs);
  }
  return result;
}

std::int64_t multiply_accumulates(const Graph& graph, const Node& node) {
  return std::visit([&](const auto& attributes) { return products(attributes, view(graph, node)); }, node.op);
}

std::int64_t multiply_accumulates(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Node& node : graph.nodes) sum += multiply_accumulates(graph, node);
  return sum;
}

std::int64_t parameter_count(const Graph& graph, const Node& node) {
  std::int64_t sum = 0;
  for (TensorId id : node.inputs) {
    if (graph.tensor(id).constant) sum += graph.tensor(id).elements();
  }
  return sum;
}

}  // namespace mote::graph
