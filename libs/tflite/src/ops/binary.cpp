#include "mote/graph/ops/binary.h"

#include "op_functions.h"

namespace mote::tflite {

std::optional<Decoded> decode(Tag<graph::Binary>, const OperatorView& view) {
  if (view.code() != format::BuiltinOperator::ADD) return std::nullopt;
  view.check_input_count(2, 2);
  graph::Binary op;
  const auto* options = view.options<format::AddOptions>();
  if (options != nullptr) op.activation = view.activation(options->fused_activation_function());
  return Decoded{op, {view.input(0), view.input(1)}};
}

Encoded encode(const graph::Binary& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) {
  // Scales of int16 operands are any numbers, not powers of two.
  const bool wide = node.outputs[0]->type == graph::DType::kInt16;
  const auto options = format::CreateAddOptions(builder, to_format(op.activation), !wide);
  return {format::BuiltinOperator::ADD,
          version_by_type(node, 2, 3),
          format::BuiltinOptions::AddOptions,
          options.Union(),
          {}};
}

}  // namespace mote::tflite
