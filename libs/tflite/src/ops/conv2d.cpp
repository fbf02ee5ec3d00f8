#include "mote/graph/ops/conv2d.h"

#include "op_functions.h"
#include "window_options.h"

namespace mote::tflite {

std::optional<Decoded> decode(Tag<graph::Conv2d>, const OperatorView& view) {
  if (view.code() != format::BuiltinOperator::CONV_2D) return std::nullopt;
  const std::vector<graph::TensorId> inputs = view.weighted_inputs();
  return Decoded{window_attributes<graph::Conv2d>(view, view.required_options<format::Conv2DOptions>()), inputs};
}

Encoded encode(const graph::Conv2d& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) {
  const auto options = format::CreateConv2DOptions(builder, to_format(op.padding), op.stride_w, op.stride_h,
                                                   to_format(op.activation), op.dilation_w, op.dilation_h);
  const bool int4 = node.inputs[1]->type == graph::DType::kInt4;
  const std::int32_t version = int4 ? 7 : version_by_type(node, 3, 4);
  return {format::BuiltinOperator::CONV_2D, version, format::BuiltinOptions::Conv2DOptions, options.Union(), {}};
}

}  // namespace mote::tflite
