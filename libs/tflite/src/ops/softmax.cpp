#include "mote/graph/ops/softmax.h"

#include "op_functions.h"

namespace mote::tflite {

std::optional<Decoded> decode(Tag<graph::Softmax>, const OperatorView& view) {
  if (view.code() != format::BuiltinOperator::SOFTMAX) return std::nullopt;
  view.check_input_count(1, 1);
  return Decoded{graph::Softmax{view.required_options<format::SoftmaxOptions>().beta()}, {view.input(0)}};
}

Encoded encode(const graph::Softmax& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) {
  const auto options = format::CreateSoftmaxOptions(builder, op.beta);
  return {format::BuiltinOperator::SOFTMAX,
          version_by_type(node, 2, 3),
          format::BuiltinOptions::SoftmaxOptions,
          options.Union(),
          {}};
}

}  // namespace mote::tflite
