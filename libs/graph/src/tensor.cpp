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
  }
  return "?";
}

std::int64_t size_bytes(DType type) {
  switch (type) {
    case DType::kInt8:
      return 1;
    case DType::kInt16:
      return 2;
    case DType::kFloat32:
    case DType::kInt32:
      return 4;
  }
  return 0;
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
