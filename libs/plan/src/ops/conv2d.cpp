#include "mote/graph/ops/conv2d.h"

#include "access_trace.h"
#include "lowering.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"

namespace mote::plan {
namespace {

constexpr std::int32_t kFilterRun = 16;  // filters that mote_apply_filters carries before it writes

// A patch is read whole before its cell is written; without scratch it is read again for each run of filters.
Overlap overlap(const mote_conv2d_s8_params& params) {
  AccessTrace trace;
  const bool from_scratch = mote_conv2d_s8_scratch_bytes(&params) > 0;
  const std::int32_t last_run = (params.output_c - 1) % kFilterRun + 1;
  visit_cells_backwards(params.window, [&](std::int64_t cell, std::int64_t first_input) {
    const std::int64_t end = (cell + 1) * params.output_c;
    trace.write(end);
    trace.read(first_input * params.input_c);
    if (!from_scratch && params.output_c > last_run) trace.write(end - last_run);
  });
  return trace.overlap(0, std::int64_t{params.window.input_h} * params.window.input_w * params.input_c);
}

}  // namespace

template <>
struct KernelTraits<mote_conv2d_s8_params> {
  using Parameters = mote_conv2d_s8_params;
  static constexpr auto kKernel = mote_conv2d_s8;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("input_c", &Parameters::input_c),
                 field("output_c", &Parameters::output_c), field("input_offset", &Parameters::input_offset),
                 field("output_offset", &Parameters::output_offset), field("activation", &Parameters::activation),
                 field("scaling", &Parameters::scaling));
};

Lowered lower(const graph::Conv2d& op, const PlannedNode& node) {
  const graph::Shape& weights = node.inputs[1]->shape;
  const WindowExtents extents{weights[1], weights[2], op.dilation_h, op.dilation_w};
  mote_conv2d_s8_params params{};
  params.window = window(node, extents, op.stride_h, op.stride_w, op.padding);
  params.input_c = weights[3];
  params.output_c = weights[0];
  params.input_offset = -zero_point(*node.inputs[0]);
  params.output_offset = zero_point(*node.outputs[0]);
  params.activation = activation(op.activation, *node.outputs[0]);
  const auto bounds = accumulator_bounds(node, node.inputs[1]->elements() / weights[0], weights[0]);
  ChannelTables tables = channel_tables(graph::Conv2d::kName, node, bounds);
  const std::int64_t scratch_bytes = mote_conv2d_s8_scratch_bytes(&params);
  // CMSIS-NN gathers two patches of int16.
  return {
      make_call(mote_conv2d_s8_op, params, 3, std::move(tables)), scratch_bytes, {overlap(params)}, 4 * scratch_bytes};
}

}  // namespace mote::plan
