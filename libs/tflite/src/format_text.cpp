#include "format_text.h"

#include <fmt/format.h>

namespace mote::tflite {

std::string operator_name(std::int32_t code) {
  const std::string name = format::EnumNameBuiltinOperator(static_cast<format::BuiltinOperator>(code));
  return name.empty() ? fmt::format("operator code {}", code) : name;
}

std::string type_name(format::TensorType type) {
  const std::string name = format::EnumNameTensorType(type);
  return name.empty() ? fmt::format("type {}", static_cast<int>(type)) : name;
}

std::optional<graph::Activation> to_graph(format::ActivationFunctionType activation) {
  switch (activation) {
    case format::ActivationFunctionType::NONE:
      return graph::Activation::kNone;
    case format::ActivationFunctionType::RELU:
      return graph::Activation::kRelu;
    case format::ActivationFunctionType::RELU6:
      return graph::Activation::kRelu6;
    default:
      return std::nullopt;
  }
}

std::optional<graph::Padding> to_graph(format::Padding padding) {
  switch (padding) {
    case format::Padding::SAME:
      return graph::Padding::kSame;
    case format::Padding::VALID:
      return graph::Padding::kValid;
    default:
      return std::nullopt;
  }
}

format::ActivationFunctionType to_format(graph::Activation activation) {
  switch (activation) {
    case graph::Activation::kNone:
      return format::ActivationFunctionType::NONE;
    case graph::Activation::kRelu:
      return format::ActivationFunctionType::RELU;
    case graph::Activation::kRelu6:
      return format::ActivationFunctionType::RELU6;
  }
  return format::ActivationFunctionType::NONE;
}

format::Padding to_format(graph::Padding padding) {
  return padding == graph::Padding::kSame ? format::Padding::SAME : format::Padding::VALID;
}

}  // namespace mote::tflite
