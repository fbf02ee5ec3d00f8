#include "mote/graph/ops/pool2d.h"

#include "op_functions.h"
#include "window_options.h"

namespace mote::tflite {

std::optional<Decoded> decode(Tag<graph::Pool2d>, const OperatorView& view) {
  const bool average = view.code() == format::BuiltinOperator::AVERAGE_POOL_2D;
  if (!average && view.code() != format::BuiltinOperator::MAX_POOL_2D) return std::nullopt;
  view.check_input_count(1, 1);
  const auto& options = view.required_options<format::Pool2DOptions>();
  graph::Pool2d op;
  op.kind = average ? graph::PoolKind::kAverage : graph::PoolKind::kMax;
  op.kernel_h = window_setting(view, "window height", options.filter_height());
  op.kernel_w = window_setting(view, "window width", options.filter_width());
  op.stride_h = window_setting(view, "stride", options.stride_h());
  op.stride_w = window_setting(view, "stride", options.stride_w());
  op.padding = view.padding(options.padding());
  op.activation = view.activation(options.fused_activation_function());
  return Decoded{op, {view.input(0)}};
}

Encoded encode(const graph::Pool2d& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) {
  const auto options = format::CreatePool2DOptions(builder, to_format(op.padding), op.stride_w, op.stride_h,
                                                   op.kernel_w, op.kernel_h, to_format(op.activation));
  const auto code = op.kind == graph::PoolKind::kAverage ? format::BuiltinOperator::AVERAGE_POOL_2D
                                                         : format::BuiltinOperator::MAX_POOL_2D;
  return {code, version_by_type(node, 2, 3), format::BuiltinOptions::Pool2DOptions, options.Union(), {}};
}

}  // namespace mote::tflite
