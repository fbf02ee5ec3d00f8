#include "mote/graph/ops/dense.h"

#include "op_functions.h"

namespace mote::tflite {

std::optional<Decoded> decode(Tag<graph::Dense>, const OperatorView& view) {
  if (view.code() != format::BuiltinOperator::FULLY_CONNECTED) return std::nullopt;
  const std::vector<graph::TensorId> inputs = view.weighted_inputs();
  const auto& options = view.required_options<format::FullyConnectedOptions>();
  if (options.weights_format() != format::FullyConnectedOptionsWeightsFormat::DEFAULT) {
    view.fail(ErrorCode::kUnsupported, "the weights are shuffled for one kind of CPU");
  }
  return Decoded{graph::Dense{view.activation(options.fused_activation_function())}, inputs};
}

// Versions: 4 is int8, 6 has no bias, 12 has scales per channel.
Encoded encode(const graph::Dense& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) {
  const auto options = format::CreateFullyConnectedOptions(builder, to_format(op.activation));
  const std::int32_t without_channels = node.inputs.size() > 2 ? 4 : 6;
  const bool int4 = node.inputs[1]->type == graph::DType::kInt4;
  const std::int32_t one_scale = int4 ? 10 : version_by_type(node, without_channels, 7);
  const std::int32_t version = node.inputs[1]->quant.per_channel() ? 12 : one_scale;
  return {format::BuiltinOperator::FULLY_CONNECTED,
          version,
          format::BuiltinOptions::FullyConnectedOptions,
          options.Union(),
          {}};
}

}  // namespace mote::tflite
