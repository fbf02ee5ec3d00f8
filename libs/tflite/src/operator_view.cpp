#include "operator_view.h"

#include <fmt/format.h>

#include <limits>

#include "tensor_reader.h"

namespace mote::tflite {

OperatorView::OperatorView(std::int32_t index, format::BuiltinOperator code, const format::Operator& source,
                           const graph::Graph& graph, std::vector<graph::TensorId> inputs,
                           std::vector<graph::TensorId> outputs)
    : index_(index),
      code_(code),
      source_(source),
      graph_(graph),
      inputs_(std::move(inputs)),
      outputs_(std::move(outputs)) {
  while (!inputs_.empty() && inputs_.back() < 0) inputs_.pop_back();
  if (outputs_.empty()) {
    throw Error(ErrorCode::kCorrupt, fmt::format("[tflite] operator {} ({}) writes no tensor", index_,
                                                 operator_name(static_cast<std::int32_t>(code_))));
  }
}

void OperatorView::check_input_count(std::size_t least, std::size_t most) const {
  if (inputs_.size() < least || inputs_.size() > most) {
    fail(ErrorCode::kCorrupt, fmt::format("wanted {} to {} inputs, got {}", least, most, inputs_.size()));
  }
}

graph::TensorId OperatorView::input(std::size_t i) const {
  if (!has_input(i)) fail(ErrorCode::kCorrupt, fmt::format("wanted an input {}, got none", i));
  return inputs_[i];
}

std::vector<graph::TensorId> OperatorView::weighted_inputs() const {
  check_input_count(2, 3);
  std::vector<graph::TensorId> ids{input(0), input(1)};
  if (has_input(2)) ids.push_back(input(2));
  return ids;
}

std::vector<std::int32_t> OperatorView::numbers(std::size_t i) const {
  const graph::Tensor& tensor = input_tensor(i);
  if (!tensor.constant) {
    fail(ErrorCode::kUnsupported,
         fmt::format("input {} ('{}') must be a constant: shapes that depend on data cannot be planned", i,
                     tensor.name));
  }
  if (tensor.type == graph::DType::kInt32 && tensor.data) {
    const auto values = graph::values<std::int32_t>(tensor);
    return {values.begin(), values.end()};
  }
  fail(ErrorCode::kUnsupported, fmt::format("wanted input {} ('{}') of type INT32 or INT64", i, tensor.name));
}

graph::Activation OperatorView::activation(format::ActivationFunctionType value) const {
  const auto found = to_graph(value);
  if (found) return *found;
  const std::string name = format::EnumNameActivationFunctionType(value);
  fail(ErrorCode::kUnsupported, fmt::format("wanted the fused activation NONE, RELU or RELU6, got {}",
                                            name.empty() ? std::to_string(static_cast<int>(value)) : name));
}

graph::Padding OperatorView::padding(format::Padding value) const {
  const auto found = to_graph(value);
  if (found) return *found;
  fail(ErrorCode::kCorrupt, fmt::format("wanted padding SAME or VALID, got {}", static_cast<int>(value)));
}

void OperatorView::fail(ErrorCode code, const std::string& message) const {
  throw Error(code, fmt::format("[tflite] operator {} {} (output '{}'): {}", index_,
                                operator_name(static_cast<std::int32_t>(code_)), output().name, message));
}

}  // namespace mote::tflite
