#include "tensor_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "format_text.h"
#include "mote/base/error.h"

namespace mote::tflite {
namespace {

using Bytes = flatbuffers::Vector<std::uint8_t>;

[[noreturn]] void corrupt(const std::string& message) {
  throw Error(ErrorCode::kCorrupt, "[tflite] " + message);
}

// Numbers of 8 bytes may lie unaligned in a hostile file.
std::int64_t number64(const std::uint8_t* bytes, std::size_t index) {
  std::int64_t value = 0;
  std::memcpy(&value, bytes + index * sizeof(value), sizeof(value));
  return value;
}

std::int32_t checked32(std::int64_t value) {
  if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
    return static_cast<std::int32_t>(value);
  }
  corrupt(fmt::format("wanted a number of 32 bits, got {}", value));
}

// Of a constant in the file; 0 for a type that mote does not read.
std::int64_t file_bytes(format::TensorType type, std::int64_t elements) {
  switch (type) {
    case format::TensorType::INT4:
      return (elements + 1) / 2;
    case format::TensorType::INT8:
      return elements;
    case format::TensorType::INT16:
      return 2 * elements;
    case format::TensorType::INT32:
      return 4 * elements;
    case format::TensorType::INT64:
      return 8 * elements;
    default:
      return 0;
  }
}

// Numbers of 64 bits without a scale are operands such as axes: the graph has them in 32 bits.
graph::DType graph_type(format::TensorType type, const graph::Quant& quant) {
  switch (type) {
    case format::TensorType::INT4:
      return graph::DType::kInt4;
    case format::TensorType::INT8:
      return graph::DType::kInt8;
    case format::TensorType::INT16:
      return graph::DType::kInt16;
    case format::TensorType::INT64:
      return quant.empty() ? graph::DType::kInt32 : graph::DType::kInt64;
    default:
      return graph::DType::kInt32;
  }
}

graph::Buffer unpacked_int4(const Bytes& bytes, std::int64_t elements) {
  std::vector<std::int8_t> values(static_cast<std::size_t>(elements));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint32_t nibble = (static_cast<std::uint32_t>(bytes.Data()[i / 2]) >> (4 * (i % 2))) & 15U;
    values[i] = static_cast<std::int8_t>(nibble < 8 ? static_cast<int>(nibble) : static_cast<int>(nibble) - 16);
  }
  return graph::make_buffer(std::span<const std::int8_t>(values));
}

std::string refused_type(format::TensorType type) {
  return fmt::format(
      "is {}, wanted INT8 or INT16: mote runs full-integer models; convert the model with int8 inputs and outputs",
      type_name(type));
}

// Why the extents cannot be used, or "".
std::string refused_shape(const format::Tensor& source, const graph::Shape& shape) {
  std::int64_t elements = 1;
  for (std::int32_t extent : shape) {
    if (extent < 1) return fmt::format("has the shape {}, wanted fixed extents >= 1", graph::to_string(shape));
    elements *= extent;
    if (elements > kMostElements)
      return fmt::format("has the shape {}, wanted at most {} elements", graph::to_string(shape), kMostElements);
  }
  const auto* signature = source.shape_signature();
  if (signature == nullptr) return "";
  for (flatbuffers::uoffset_t i = 0; i < signature->size(); ++i) {
    // A free batch with one sample in it is how Keras exports every model.
    const bool one_sample = i == 0 && !shape.empty() && shape[0] == 1;
    if (signature->Get(i) < 0 && !one_sample)
      return "has a dynamic shape, wanted fixed extents: export the model with a fixed input shape";
  }
  return "";
}

graph::Quant read_quant(const format::QuantizationParameters* source) {
  graph::Quant quant;
  if (source == nullptr || source->scale() == nullptr || source->scale()->size() == 0) return quant;
  const auto count = source->scale()->size();
  if (source->zero_point() != nullptr && source->zero_point()->size() != count && source->zero_point()->size() != 0) {
    corrupt(fmt::format("wanted {} zero points, got {}", count, source->zero_point()->size()));
  }
  const bool has_zero_points = source->zero_point() != nullptr && source->zero_point()->size() == count;
  for (flatbuffers::uoffset_t i = 0; i < count; ++i) {
    quant.scales.push_back(source->scale()->Get(i));
    quant.zero_points.push_back(has_zero_points ? checked32(number64(source->zero_point()->Data(), i)) : 0);
  }
  if (count > 1) quant.axis = source->quantized_dimension();
  if (count > 1 && quant.axis < 0) corrupt(fmt::format("wanted scales along an axis >= 0, got {}", quant.axis));
  return quant;
}

// Old converters gave the scales of a bias the axis of its weights; a vector has but one.
void mend_vector_axis(graph::Tensor& tensor) {
  if (tensor.quant.per_channel() && tensor.shape.size() == 1) tensor.quant.axis = 0;
}

class TensorReader {
 public:
  explicit TensorReader(const format::Model& model) : model_(model) {}

  // `refusal` is set when the tensor is well-formed but of no use to mote.
  graph::Tensor read(const format::Tensor& source, std::string& refusal) const {
    graph::Tensor tensor;
    tensor.name = source.name() == nullptr ? "" : source.name()->str();
    if (source.shape() != nullptr) tensor.shape.assign(source.shape()->begin(), source.shape()->end());
    tensor.quant = read_quant(source.quantization());
    mend_vector_axis(tensor);
    const Bytes* bytes = buffer(source.buffer());
    refusal = refused(source, tensor, bytes != nullptr);
    if (!refusal.empty()) {
      tensor.quant = {};
      return tensor;
    }
    tensor.type = graph_type(source.type(), tensor.quant);
    if (bytes != nullptr) {
      tensor.constant = true;
      tensor.data = constant(source.type(), tensor, *bytes);
    }
    return tensor;
  }

 private:
  // The content of a buffer, or nullptr for that of an activation.
  const Bytes* buffer(std::uint32_t index) const {
    const auto* buffers = model_.buffers();
    if (buffers == nullptr || index >= buffers->size()) corrupt(fmt::format("no buffer {}", index));
    const format::Buffer& found = *buffers->Get(index);
    if (found.offset() > 1) corrupt("constants outside the flatbuffer are for models above 2 GB");
    return found.data() == nullptr || found.data()->size() == 0 ? nullptr : found.data();
  }

  std::string refused(const format::Tensor& source, const graph::Tensor& tensor, bool constant) const {
    const bool constants_only = source.type() == format::TensorType::INT64 || source.type() == format::TensorType::INT4;
    if (file_bytes(source.type(), 1) == 0 || (constants_only && !constant)) return refused_type(source.type());
    if (source.is_variable()) return "keeps its values from one inference to the next, which mote does not support";
    if (source.sparsity() != nullptr) return "is stored sparse, which mote does not support";
    return refused_shape(source, tensor.shape);
  }

  graph::Buffer constant(format::TensorType type, const graph::Tensor& tensor, const Bytes& bytes) const {
    const std::int64_t wanted = file_bytes(type, tensor.elements());
    if (static_cast<std::int64_t>(bytes.size()) != wanted) {
      corrupt(fmt::format("wanted {} bytes for {}{}, got {}", wanted, type_name(type), graph::to_string(tensor.shape),
                          bytes.size()));
    }
    if (type == format::TensorType::INT4) return unpacked_int4(bytes, tensor.elements());
    const bool narrowed = type == format::TensorType::INT64 && tensor.type == graph::DType::kInt32;
    if (!narrowed) return graph::make_buffer(std::span(bytes.Data(), bytes.size()));
    std::vector<std::int32_t> numbers;
    for (std::size_t i = 0; i < bytes.size() / sizeof(std::int64_t); ++i) {
      numbers.push_back(checked32(number64(bytes.Data(), i)));
    }
    return graph::make_buffer(std::span<const std::int32_t>(numbers));
  }

  const format::Model& model_;
};

}  // namespace

FileTensors read_tensors(const format::Model& model, const format::SubGraph& subgraph) {
  FileTensors result;
  if (subgraph.tensors() == nullptr) return result;
  const TensorReader reader(model);
  for (flatbuffers::uoffset_t i = 0; i < subgraph.tensors()->size(); ++i) {
    std::string refusal;
    result.tensors.push_back(
        with_context(fmt::format("tensor {}", i), [&] { return reader.read(*subgraph.tensors()->Get(i), refusal); }));
    result.refusals.push_back(refusal);
  }
  return result;
}

}  // namespace mote::tflite
