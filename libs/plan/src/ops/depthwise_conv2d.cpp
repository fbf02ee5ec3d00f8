#include "mote/graph/ops/depthwise_conv2d.h"

#include "lowering.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_depthwise_conv2d_s8_params> {
  using Parameters = mote_depthwise_conv2d_s8_params;
  static constexpr auto kKernel = mote_depthwise_conv2d_s8;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("input_c", &Parameters::input_c),
                 field("multiplier", &Parameters::multiplier), field("input_offset", &Parameters::input_offset),
                 field("output_offset", &Parameters::output_offset), field("activation", &Parameters::activation),
                 field("scaling", &Parameters::scaling));
};

Lowered lower(const graph::DepthwiseConv2d& op, const graph::NodeView& node) {
  const graph::Shape& weights = node.inputs[1]->shape;
  const WindowExtents extents{weights[1], weights[2], op.dilation_h, op.dilation_w};
  mote_depthwise_conv2d_s8_params params{};
  params.window = window(node, extents, op.stride_h, op.stride_w, op.padding);
  params.input_c = node.inputs[0]->shape[3];
  params.multiplier = weights[3] / params.input_c;
  params.input_offset = -zero_point(*node.inputs[0]);
  params.output_offset = zero_point(*node.outputs[0]);
  params.activation = activation(op.activation, *node.outputs[0]);
  ChannelTables tables = channel_tables(graph::DepthwiseConv2d::kName, node, accumulator_bounds(node, 1, weights[3]));
  // CMSIS-NN keeps one patch of int16, padded to whole vectors.
  const std::int64_t patch_bytes = 4 * node.inputs[1]->elements();
  return {make_call(mote_depthwise_conv2d_s8_op, params, 3, std::move(tables)), 0, {}, patch_bytes};
}

}  // namespace mote::plan
