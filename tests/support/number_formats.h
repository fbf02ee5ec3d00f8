// Int8 graphs in other number formats: the same layers and shapes with int4, ternary or binary weights or with int16
// activations. For tests that hold for every format.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::test {

inline bool is_weight(const graph::Graph& graph, graph::TensorId id) {
  return graph.tensor(id).constant && graph.tensor(id).type == graph::DType::kInt8;
}

inline std::int8_t narrowed(std::int8_t value, graph::DType type) {
  if (type == graph::DType::kInt4) return static_cast<std::int8_t>(value / 16);
  if (type == graph::DType::kBinary) return value < 0 ? -1 : 1;
  return static_cast<std::int8_t>(value < -42 ? -1 : (value > 42 ? 1 : 0));
}

// Weights lose their lowest bits and their scales grow by as much. `type` is kInt4, kTernary or kBinary.
inline graph::Graph with_weights(graph::Graph graph, graph::DType type) {
  for (graph::Tensor& tensor : graph.tensors) {
    if (!tensor.constant || tensor.type != graph::DType::kInt8) continue;
    std::vector<std::int8_t> values;
    for (std::int8_t value : graph::values<std::int8_t>(tensor)) values.push_back(narrowed(value, type));
    for (float& scale : tensor.quant.scales) scale *= type == graph::DType::kInt4 ? 16.0F : 80.0F;
    tensor.data = graph::make_buffer(std::span<const std::int8_t>(values));
    tensor.type = type;
  }
  return graph;
}

// Four weights of five become zero.
inline graph::Graph with_zeros(graph::Graph graph) {
  for (graph::Tensor& tensor : graph.tensors) {
    if (!tensor.constant || !graph::is_weight_type(tensor.type)) continue;
    const auto old = graph::values<std::int8_t>(tensor);
    std::vector<std::int8_t> values(old.size(), 0);
    for (std::size_t i = 0; i < old.size(); ++i) {
      if (i * 2654435761U % 5 == 0) values[i] = old[i];
    }
    tensor.data = graph::make_buffer(std::span<const std::int8_t>(values));
  }
  return graph;
}

inline void widen_bias(graph::Tensor& bias, float factor) {
  std::vector<std::int64_t> values;
  for (std::int32_t value : graph::values<std::int32_t>(bias)) {
    values.push_back(static_cast<std::int64_t>(static_cast<float>(value) * factor));
  }
  for (float& scale : bias.quant.scales) scale /= factor;
  bias.data = graph::make_buffer(std::span<const std::int64_t>(values));
  bias.type = graph::DType::kInt64;
}

// 16x8: every activation int16 of a scale 256 times finer, zero point 0; softmax 1/32768; biases int64.
inline graph::Graph with_int16_activations(graph::Graph graph) {
  constexpr float kFiner = 256.0F;
  for (graph::Tensor& tensor : graph.tensors) {
    if (tensor.constant) {
      if (tensor.type == graph::DType::kInt32) widen_bias(tensor, kFiner);
      continue;
    }
    tensor.type = graph::DType::kInt16;
    const bool probabilities = tensor.quant == graph::per_tensor(1.0F / 256.0F, -128);
    tensor.quant = graph::per_tensor(probabilities ? 1.0F / 32768.0F : tensor.quant.scales[0] / kFiner, 0);
  }
  return graph;
}

}  // namespace mote::test
