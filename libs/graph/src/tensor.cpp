#include "mote/graph/tensor.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>

namespace mote::graph {

std::string_view to_string(DType type) {
  switch (type) {
    case DType::kFloat32:
      return "f32";
    case DType::kInt8:
      return "i8";
    case DType::kInt16:
      return "i16";
    case DType::kInt32:
      return "i32";
    case DType::kInt64:
      return "i64";
    case DType::kInt4:
      return "i4";
    case DType::kTernary:
      return "ternary";
    case DType::kBinary:
      return "binary";
  }
  return "?";
}

std::int64_t size_bytes(DType type) {
  switch (type) {
    case DType::kInt8:
    case DType::kInt4:
    case DType::kTernary:
    case DType::kBinary:
      return 1;
    case DType::kInt16:
      return 2;
    case DType::kFloat32:
    case DType::kInt32:
      return 4;
    case DType::kInt64:
      return 8;
  }
  return 0;
}

std::int32_t stored_bits(DType type) {
  if (type == DType::kInt4) return 4;
  if (type == DType::kTernary) return 2;
  if (type == DType::kBinary) return 1;
  return static_cast<std::int32_t>(8 * size_bytes(type));
}

std::int64_t Tensor::stored_bytes() const {
  if (stored_bits(type) >= 8 || shape.empty()) return bytes();
  const std::int64_t row = elements() / shape[0];
  return shape[0] * ((row * stored_bits(type) + 7) / 8);
}

bool is_weight_type(DType type) {
  return type == DType::kInt8 || stored_bits(type) < 8;
}

std::int64_t element_count(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::string to_string(const Shape& shape) {
  return fmt::format("[{}]", fmt::join(shape, ","));
}

Quant per_tensor(float scale, std::int32_t zero_point) {
  return {{scale}, {zero_point}, -1};
}

}  // namespace mote::graph
