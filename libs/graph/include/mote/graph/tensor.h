// Tensors of a graph: type, shape, quantization and, for constants, the values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::graph {

// The three narrow types are weights. In a graph each of their values has a byte of its own, as int8: kInt4 in [-7,7]
// (an imported -8 is accepted), kTernary in {-1,0,1}, kBinary in {-1,1}. Files and bundles pack them.
enum class DType : std::uint8_t { kFloat32, kInt8, kInt16, kInt32, kInt64, kInt4, kTernary, kBinary };

std::string_view to_string(DType type);  // "f32", "i8", "i16", "i32", "i64", "i4", "ternary", "binary"
std::int64_t size_bytes(DType type);     // of one element in a graph's memory
std::int32_t stored_bits(DType type);    // of one element where weights are packed: 4, 2 and 1 for the narrow types
bool is_weight_type(DType type);         // kInt8 and the narrow types: values<std::int8_t> reads them

// Outermost first; NHWC for feature maps with N = 1, OHWI for convolution weights, 1HW(C·multiplier) for depthwise
// weights, [out, in] for dense weights. Every extent is >= 1.
using Shape = std::vector<std::int32_t>;

std::int64_t element_count(const Shape& shape);
std::string to_string(const Shape& shape);  // "[1,49,10,1]"

// real = scale · (q - zero_point). Empty scales: not quantized. One scale: per tensor. More: one for each index along
// `axis`.
struct Quant {
  std::vector<float> scales;
  std::vector<std::int32_t> zero_points;  // as many as scales
  std::int32_t axis = -1;                 // -1 for per tensor

  bool operator==(const Quant&) const = default;
  bool empty() const { return scales.empty(); }
  bool per_channel() const { return axis >= 0; }
};

Quant per_tensor(float scale, std::int32_t zero_point);

// The values of a constant, little-endian, as they lie in memory. Shared and never changed: a changed constant is a new
// buffer.
using Buffer = std::shared_ptr<const std::vector<std::byte>>;

template <class T>
Buffer make_buffer(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
}

struct Tensor {
  std::string name;
  DType type = DType::kFloat32;
  Shape shape;
  Quant quant;
  bool constant = false;  // a weight, not an activation
  Buffer data;            // constants only; null for a weight of a kTrain graph that has not been initialized

  std::int64_t elements() const { return element_count(shape); }
  std::int64_t bytes() const { return elements() * size_bytes(type); }
  // In flash. Narrow types are packed; each index of the first axis begins on a byte of its own.
  std::int64_t stored_bytes() const;
};

// The values of a constant. T must fit the type (asserted). The span lives as long as the buffer.
template <class T>
std::span<const T> values(const Tensor& tensor) {
  return {reinterpret_cast<const T*>(tensor.data->data()), tensor.data->size() / sizeof(T)};
}

}  // namespace mote::graph
