#include <fmt/format.h>

#include <cmath>

#include "mote/base/error.h"
#include "mote/graph/graph.h"
#include "mote/graph/op_functions.h"
#include "ops/check.h"

namespace mote::graph {
namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

void check_id(const Graph& graph, TensorId id, std::string_view role) {
  if (id < 0 || static_cast<std::size_t>(id) >= graph.tensors.size()) {
    fail(fmt::format("wanted {} tensor below {}, got {}", role, graph.tensors.size(), id));
  }
}

void check_quant(const Tensor& tensor) {
  const Quant& quant = tensor.quant;
  if (quant.scales.size() != quant.zero_points.size()) {
    fail(fmt::format("wanted as many zero points as scales, got {} and {}", quant.zero_points.size(),
                     quant.scales.size()));
  }
  for (float scale : quant.scales) {
    if (!(scale > 0) || !std::isfinite(scale)) fail(fmt::format("wanted a positive finite scale, got {}", scale));
  }
  if (!quant.per_channel()) {
    if (quant.scales.size() > 1) fail(fmt::format("wanted one scale without an axis, got {}", quant.scales.size()));
    return;
  }
  if (static_cast<std::size_t>(quant.axis) >= tensor.shape.size() ||
      static_cast<std::size_t>(tensor.shape[static_cast<std::size_t>(quant.axis)]) != quant.scales.size()) {
    fail(fmt::format("wanted a scale for each index of axis {} of {}, got {}", quant.axis, to_string(tensor.shape),
                     quant.scales.size()));
  }
}

bool type_is_legal(const Tensor& tensor, Stage stage) {
  if (stage != Stage::kInt8) return tensor.type == DType::kFloat32;
  if (tensor.constant) {
    return is_weight_type(tensor.type) || tensor.type == DType::kInt32 || tensor.type == DType::kInt64;
  }
  return tensor.type == DType::kInt8 || tensor.type == DType::kInt16;
}

void check_tensor(const Tensor& tensor, Stage stage) {
  check_extents(tensor.shape);
  if (!type_is_legal(tensor, stage)) {
    fail(fmt::format("type {} is not legal in a graph of stage {}", to_string(tensor.type), to_string(stage)));
  }
  if (!tensor.constant && tensor.data) fail("an activation must not have values");
  if (tensor.constant && !tensor.data && stage != Stage::kTrain) fail("a constant has no values");
  if (tensor.data && static_cast<std::int64_t>(tensor.data->size()) != tensor.bytes()) {
    fail(fmt::format("wanted {} bytes for {}{}, got {}", tensor.bytes(), to_string(tensor.type),
                     to_string(tensor.shape), tensor.data->size()));
  }
  check_quant(tensor);
}

#define MOTE_TRAINABLE_OP(Type, stem)                          \
  void check_quantized(const Type& op, const NodeView& node) { \
    verify_quantized(op, node);                                \
  }
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#define MOTE_TRAINONLY_OP(Type, stem) \
  void check_quantized(const Type&, const NodeView&) {}
#include "mote/graph/ops.def"

void check_stage(const Op& op, Stage stage) {
  if (is_train_only(op) && stage != Stage::kTrain) {
    fail(fmt::format("[{}] is legal in a graph of stage train only, got stage {}", op_name(op), to_string(stage)));
  }
  if (is_import_only(op) && stage != Stage::kInt8) {
    fail(
        fmt::format("[{}] arrives by import only and cannot be in a graph of stage {}", op_name(op), to_string(stage)));
  }
}

void check_node(const Graph& graph, const Node& node, Stage stage, std::vector<bool>& written) {
  check_stage(node.op, stage);
  NodeView view;
  for (TensorId id : node.inputs) {
    check_id(graph, id, "an input");
    if (!written[static_cast<std::size_t>(id)])
      fail(fmt::format("reads '{}' before it is written", graph.tensor(id).name));
    view.inputs.push_back(&graph.tensor(id));
  }
  for (TensorId id : node.outputs) {
    check_id(graph, id, "an output");
    if (written[static_cast<std::size_t>(id)]) fail(fmt::format("writes '{}' a second time", graph.tensor(id).name));
    written[static_cast<std::size_t>(id)] = true;
    view.outputs.push_back(&graph.tensor(id));
  }
  const std::vector<Shape> shapes = infer_shapes(node.op, view.inputs);
  if (shapes.size() != view.outputs.size()) {
    fail(fmt::format("[{}] wanted {} outputs, got {}", op_name(node.op), shapes.size(), view.outputs.size()));
  }
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (shapes[i] == view.outputs[i]->shape) continue;
    fail(fmt::format("[{}] wanted output shape {}, got {}", op_name(node.op), to_string(shapes[i]),
                     to_string(view.outputs[i]->shape)));
  }
  if (stage == Stage::kInt8) std::visit([&](const auto& op) { check_quantized(op, view); }, node.op);
}

std::string node_label(const Graph& graph, std::size_t index) {
  const Node& node = graph.nodes[index];
  if (node.outputs.empty()) return fmt::format("layer {}", index);
  const TensorId id = node.outputs.front();
  if (id < 0 || static_cast<std::size_t>(id) >= graph.tensors.size()) return fmt::format("layer {}", index);
  return fmt::format("layer {} '{}'", index, graph.tensor(id).name);
}

void check_interface(const Graph& graph, std::vector<bool>& written) {
  if (graph.inputs.empty() || graph.outputs.empty()) fail("wanted at least one input and one output");
  for (TensorId id : graph.inputs) {
    check_id(graph, id, "a graph input");
    if (graph.tensor(id).constant || written[static_cast<std::size_t>(id)]) {
      fail(fmt::format("'{}' cannot be a graph input: it is a constant or listed twice", graph.tensor(id).name));
    }
    written[static_cast<std::size_t>(id)] = true;
  }
  for (TensorId id : graph.outputs) check_id(graph, id, "a graph output");
}

void check_graph(const Graph& graph, Stage stage) {
  std::vector<bool> written(graph.tensors.size(), false);
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    with_context(fmt::format("tensor {} '{}'", i, graph.tensors[i].name),
                 [&] { check_tensor(graph.tensors[i], stage); });
    written[i] = graph.tensors[i].constant;
  }
  check_interface(graph, written);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    with_context(node_label(graph, i), [&] { check_node(graph, graph.nodes[i], stage, written); });
  }
  for (TensorId id : graph.outputs) {
    if (!written[static_cast<std::size_t>(id)])
      fail(fmt::format("output '{}' is never written", graph.tensor(id).name));
  }
}

}  // namespace

void verify(const Graph& graph, Stage stage) {
  with_context(fmt::format("graph '{}', stage {}", graph.name, to_string(stage)), [&] { check_graph(graph, stage); });
}

}  // namespace mote::graph
