#include "mote/graph/ops/depthwise_conv2d.h"

#include "op_functions.h"
#include "window_options.h"

namespace mote::tflite {

// The file's depth multiplier is not read: old converters left it at 0, and interpreters take it from the shapes.
std::optional<Decoded> decode(Tag<graph::DepthwiseConv2d>, const OperatorView& view) {
  if (view.code() != format::BuiltinOperator::DEPTHWISE_CONV_2D) return std::nullopt;
  const std::vector<graph::TensorId> inputs = view.weighted_inputs();
  const auto& options = view.required_options<format::DepthwiseConv2DOptions>();
  return Decoded{window_attributes<graph::DepthwiseConv2d>(view, options), inputs};
}

Encoded encode(const graph::DepthwiseConv2d& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) {
  const std::int32_t multiplier = node.inputs[1]->shape[3] / node.inputs[0]->shape[3];
  const auto options =
      format::CreateDepthwiseConv2DOptions(builder, to_format(op.padding), op.stride_w, op.stride_h, multiplier,
                                           to_format(op.activation), op.dilation_w, op.dilation_h);
  const bool int4 = node.inputs[1]->type == graph::DType::kInt4;
  return {format::BuiltinOperator::DEPTHWISE_CONV_2D,
          int4 ? 6 : version_by_type(node, 3, 5),
          format::BuiltinOptions::DepthwiseConv2DOptions,
          options.Union(),
          {}};
}

}  // namespace mote::tflite
