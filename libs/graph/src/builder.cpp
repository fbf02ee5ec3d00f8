#include "mote/graph/builder.h"

#include <fmt/format.h>

#include "mote/base/error.h"

namespace mote::graph {
namespace {

TensorId add(Graph& graph, Tensor tensor) {
  graph.tensors.push_back(std::move(tensor));
  return static_cast<TensorId>(graph.tensors.size() - 1);
}

}  // namespace

GraphBuilder::GraphBuilder(std::string name) {
  graph_.name = std::move(name);
}

TensorId GraphBuilder::input(std::string name, Shape shape, DType type, Quant quant) {
  const TensorId id = add(graph_, {std::move(name), type, std::move(shape), std::move(quant), false, nullptr});
  graph_.inputs.push_back(id);
  return id;
}

TensorId GraphBuilder::weight(std::string name, Shape shape) {
  return add(graph_, {std::move(name), DType::kFloat32, std::move(shape), {}, true, nullptr});
}

TensorId GraphBuilder::constant(std::string name, Shape shape, std::span<const float> values) {
  return add(graph_, {std::move(name), DType::kFloat32, std::move(shape), {}, true, make_buffer(values)});
}

TensorId GraphBuilder::constant(Tensor tensor) {
  tensor.constant = true;
  return add(graph_, std::move(tensor));
}

TensorId GraphBuilder::node(std::string name, Op op, std::vector<TensorId> inputs) {
  return node(std::move(name), std::move(op), std::move(inputs), DType::kFloat32, {});
}

TensorId GraphBuilder::node(std::string name, Op op, std::vector<TensorId> inputs, DType type, Quant quant) {
  std::vector<const Tensor*> tensors;
  for (TensorId id : inputs) tensors.push_back(&graph_.tensor(id));
  std::vector<Shape> shapes = with_context(fmt::format("layer '{}'", name), [&] { return infer_shapes(op, tensors); });
  const TensorId id = add(graph_, {std::move(name), type, std::move(shapes.front()), std::move(quant), false, nullptr});
  graph_.nodes.push_back({std::move(op), std::move(inputs), {id}});
  return id;
}

TensorId GraphBuilder::layer(const std::string& name, const Op& op, std::vector<TensorId> inputs,
                             const LayerSize& size) {
  if (inputs.empty()) throw Error(ErrorCode::kInvalid, fmt::format("layer '{}' wants an input", name));
  const Tensor input = graph_.tensor(inputs.front());
  const auto specs = with_context(fmt::format("layer '{}'", name), [&] {
    return std::visit([&](const auto& attributes) { return weights(attributes, input, size); }, op);
  });
  for (const WeightSpec& spec : specs) inputs.push_back(weight(name + spec.suffix, spec.shape));
  return node(name, op, std::move(inputs));
}

void GraphBuilder::output(TensorId tensor) {
  graph_.outputs.push_back(tensor);
}

}  // namespace mote::graph
