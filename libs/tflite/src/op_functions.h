// The overloads that libs/tflite/src/ops/<stem>.cpp supplies for each op of ops.def, in both directions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mote/graph/op_functions.h"
#include "mote_tflite_generated.h"
#include "operator_view.h"

namespace mote::tflite {

// Names an op type for overload resolution.
template <class Type>
struct Tag {};

// A node as the graph has it. Operands that only carry an attribute are not among the inputs.
struct Decoded {
  graph::Op op;
  std::vector<graph::TensorId> inputs;
};

// An int32 constant that the format wants where the graph has an attribute.
struct Operand {
  std::string role;  // its tensor is named "<layer>/<role>"
  graph::Shape shape;
  std::vector<std::int32_t> values;
};

struct Encoded {
  format::BuiltinOperator code;
  std::int32_t version;  // the lowest version of the operator that knows these types
  format::BuiltinOptions options_type = format::BuiltinOptions::NONE;
  flatbuffers::Offset<void> options;
  std::vector<Operand> operands;  // follow the node's inputs
};

// The version of an operator by the type of its activations.
// Source: TensorFlow Lite tools/versioning/op_version.cc.
inline std::int32_t version_by_type(const graph::NodeView& node, std::int32_t of_int8, std::int32_t of_int16) {
  return node.outputs[0]->type == graph::DType::kInt16 ? of_int16 : of_int8;
}

// decode: nothing when the operator's code is not this op's. Errors: kUnsupported and kCorrupt through
// OperatorView::fail. encode: the options are made in `builder`.
#define MOTE_TRAINABLE_OP(Type, stem)                                            \
  std::optional<Decoded> decode(Tag<graph::Type> tag, const OperatorView& view); \
  Encoded encode(const graph::Type& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder);
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#include "mote/graph/ops.def"

}  // namespace mote::tflite
