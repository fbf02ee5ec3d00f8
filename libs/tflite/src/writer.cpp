#include "mote/tflite/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "mote/base/error.h"
#include "narrow_weights.h"
#include "op_functions.h"

namespace mote::tflite {
namespace {

constexpr const char* kRuntimeVersionMetadata = "min_runtime_version";
// The first TensorFlow whose interpreter has every operator version that encode() asks for, in a field of 16 bytes.
constexpr std::string_view kRuntimeVersion("2.1.0\0\0\0\0\0\0\0\0\0\0\0", 16);
constexpr std::size_t kConstantAlignmentBytes = 16;
constexpr std::int32_t kGreatestDeprecatedCode = 127;

graph::NodeView view(const graph::Graph& graph, const graph::Node& node) {
  graph::NodeView result;
  for (graph::TensorId id : node.inputs) result.inputs.push_back(&graph.tensor(id));
  for (graph::TensorId id : node.outputs) result.outputs.push_back(&graph.tensor(id));
  return result;
}

#define MOTE_TRAINABLE_OP(Type, stem)                                                                                \
  Encoded encode_node(const graph::Type& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) { \
    return encode(op, node, builder);                                                                                \
  }
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
// graph::verify has refused such a node already.
#define MOTE_TRAINONLY_OP(Type, stem)                                                                \
  Encoded encode_node(const graph::Type&, const graph::NodeView&, flatbuffers::FlatBufferBuilder&) { \
    return {};                                                                                       \
  }
#include "mote/graph/ops.def"

format::TensorType tensor_type(graph::DType type) {
  switch (type) {
    case graph::DType::kInt8:
    case graph::DType::kTernary:
    case graph::DType::kBinary:
      return format::TensorType::INT8;
    case graph::DType::kInt16:
      return format::TensorType::INT16;
    case graph::DType::kInt64:
      return format::TensorType::INT64;
    case graph::DType::kInt4:
      return format::TensorType::INT4;
    default:
      return format::TensorType::INT32;
  }
}

// Two values a byte, the first in the low half, without regard to rows.
std::vector<std::uint8_t> packed_int4(const graph::Tensor& tensor) {
  const auto values = graph::values<std::int8_t>(tensor);
  std::vector<std::uint8_t> bytes((values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    bytes[i / 2] |= static_cast<std::uint8_t>((values[i] & 15) << (4 * (i % 2)));
  }
  return bytes;
}

void refuse_narrow(const graph::Graph& graph) {
  for (const graph::Tensor& tensor : graph.tensors) {
    if (tensor.type != graph::DType::kTernary && tensor.type != graph::DType::kBinary) continue;
    throw Error(ErrorCode::kUnsupported,
                fmt::format("[tflite] the format has no {0} weights, got '{1}': export the C bundle, which packs them, "
                            "or train with int8 or int4 weights",
                            to_string(tensor.type), tensor.name));
  }
}

class ModelWriter {
 public:
  ModelWriter(const graph::Graph& graph, const WriteOptions& options) : graph_(graph), options_(options) {}

  std::vector<std::uint8_t> write() {
    buffers_.push_back(format::CreateBuffer(builder_));  // by convention buffer 0 is that of tensors without values
    for (const graph::Tensor& tensor : graph_.tensors) add_tensor(tensor);
    for (const graph::Node& node : graph_.nodes) add_node(node);
    const std::vector subgraphs{add_subgraph()};
    const auto entries = add_metadata();
    const auto metadata = builder_.CreateVector(entries);
    const auto buffers = builder_.CreateVector(buffers_);
    const auto description = name(options_.description);
    const auto subgraph_list = builder_.CreateVector(subgraphs);
    const auto codes = builder_.CreateVector(codes_);
    const auto model = format::CreateModel(builder_, 3, codes, subgraph_list, description, buffers, 0, metadata);
    format::FinishModelBuffer(builder_, model);
    return {builder_.GetBufferPointer(), builder_.GetBufferPointer() + builder_.GetSize()};
  }

 private:
  // Parts are made one statement each, here and below: the order of a call's arguments is the compiler's choice, and
  // the bytes of the file would follow it.
  flatbuffers::Offset<format::SubGraph> add_subgraph() {
    const auto graph_name = name(graph_.name);
    const auto operators = builder_.CreateVector(operators_);
    const auto outputs = builder_.CreateVector(graph_.outputs);
    const auto inputs = builder_.CreateVector(graph_.inputs);
    const auto tensors = builder_.CreateVector(tensors_);
    return format::CreateSubGraph(builder_, tensors, inputs, outputs, operators, graph_name);
  }

  // Whole, also where a name has a zero byte in it.
  flatbuffers::Offset<flatbuffers::String> name(const std::string& text) { return builder_.CreateString(text); }

  std::uint32_t add_buffer(std::span<const std::uint8_t> bytes) {
    builder_.ForceVectorAlignment(bytes.size(), 1, kConstantAlignmentBytes);
    const auto data = builder_.CreateVector(bytes.data(), bytes.size());
    buffers_.push_back(format::CreateBuffer(builder_, data));
    return static_cast<std::uint32_t>(buffers_.size() - 1);
  }

  std::uint32_t add_buffer(std::string_view bytes) {
    return add_buffer(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
  }

  flatbuffers::Offset<format::QuantizationParameters> add_quant(const graph::Quant& quant) {
    if (quant.empty()) return {};
    const std::vector<std::int64_t> zero_points(quant.zero_points.begin(), quant.zero_points.end());
    return format::CreateQuantizationParametersDirect(builder_, nullptr, nullptr, &quant.scales, &zero_points,
                                                      format::QuantizationDetails::NONE, 0, std::max(quant.axis, 0));
  }

  std::int32_t add_tensor(const graph::Tensor& tensor) {
    std::uint32_t buffer = 0;
    if (tensor.constant) {
      const auto& bytes = *tensor.data;
      buffer = tensor.type == graph::DType::kInt4
                   ? add_buffer(std::span<const std::uint8_t>(packed_int4(tensor)))
                   : add_buffer(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
    }
    const auto quant = add_quant(tensor.quant);
    const auto tensor_name = name(tensor.name);
    const auto shape = builder_.CreateVector(tensor.shape);
    tensors_.push_back(format::CreateTensor(builder_, shape, tensor_type(tensor.type), buffer, tensor_name, quant));
    return static_cast<std::int32_t>(tensors_.size() - 1);
  }

  std::uint32_t add_code(const Encoded& encoded) {
    const std::pair key{static_cast<std::int32_t>(encoded.code), encoded.version};
    const auto found = std::find(code_keys_.begin(), code_keys_.end(), key);
    if (found != code_keys_.end()) return static_cast<std::uint32_t>(found - code_keys_.begin());
    const std::int32_t deprecated = std::min(key.first, kGreatestDeprecatedCode);
    codes_.push_back(
        format::CreateOperatorCode(builder_, static_cast<std::int8_t>(deprecated), 0, encoded.version, encoded.code));
    code_keys_.push_back(key);
    return static_cast<std::uint32_t>(code_keys_.size() - 1);
  }

  void add_node(const graph::Node& node) {
    const Encoded encoded =
        std::visit([&](const auto& op) { return encode_node(op, view(graph_, node), builder_); }, node.op);
    std::vector<std::int32_t> inputs = node.inputs;
    for (const Operand& operand : encoded.operands) {
      inputs.push_back(add_tensor({graph_.node_name(node) + "/" + operand.role,
                                   graph::DType::kInt32,
                                   operand.shape,
                                   {},
                                   true,
                                   graph::make_buffer(std::span<const std::int32_t>(operand.values))}));
    }
    operators_.push_back(format::CreateOperatorDirect(builder_, add_code(encoded), &inputs, &node.outputs,
                                                      encoded.options_type, encoded.options));
  }

  std::vector<flatbuffers::Offset<format::Metadata>> add_metadata() {
    std::vector<flatbuffers::Offset<format::Metadata>> entries;
    const auto add = [&](const std::string& entry, std::string_view bytes) {
      const std::uint32_t buffer = add_buffer(bytes);
      entries.push_back(format::CreateMetadata(builder_, name(entry), buffer));
    };
    add(kRuntimeVersionMetadata, kRuntimeVersion);
    const std::string narrow = narrow_weights_text(graph_);
    if (!narrow.empty()) add(kNarrowWeightsMetadata, narrow);
    for (const auto& [entry, bytes] : options_.metadata) add(entry, bytes);
    return entries;
  }

  const graph::Graph& graph_;
  const WriteOptions& options_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<flatbuffers::Offset<format::Buffer>> buffers_;
  std::vector<flatbuffers::Offset<format::Tensor>> tensors_;
  std::vector<flatbuffers::Offset<format::Operator>> operators_;
  std::vector<flatbuffers::Offset<format::OperatorCode>> codes_;
  std::vector<std::pair<std::int32_t, std::int32_t>> code_keys_;  // code and version, beside codes_
};

}  // namespace

void WriteOptions::validate() const {
  for (const auto& [name, bytes] : metadata) {
    if (name.empty())
      throw Error(ErrorCode::kInvalid, "[tflite] wanted a name for each metadata entry, got an empty one");
    if (name == kRuntimeVersionMetadata || name == kNarrowWeightsMetadata) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("[tflite] the metadata entry '{}' is the writer's own: leave it out", name));
    }
  }
}

std::vector<std::uint8_t> write_model(const graph::Graph& graph, const WriteOptions& options) {
  options.validate();
  graph::verify(graph, graph::Stage::kInt8);
  if (options.narrow_weights == NarrowWeights::kRefuse) refuse_narrow(graph);
  return ModelWriter(graph, options).write();
}

}  // namespace mote::tflite
