#include "mote/graph/ops/conv2d.h"

#include "access_trace.h"
#include "lowering.h"
#include "mote/runtime/kernels/mote_conv2d_coded_s8.h"
#include "mote/runtime/kernels/mote_conv2d_s16.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"

namespace mote::plan {
namespace {

constexpr std::int32_t kFilterRun = 16;  // filters that mote_apply_filters carries before it writes

// A patch is read whole before its cell is written; without scratch it is read again for each run of filters.
template <class Parameters>
Overlap overlap(const Parameters& params, std::int64_t scratch_bytes) {
  AccessTrace trace;
  const bool from_scratch = scratch_bytes > 0;
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

template <>
struct KernelTraits<mote_conv2d_coded_s8_params> {
  using Parameters = mote_conv2d_coded_s8_params;
  static constexpr auto kKernel = mote_conv2d_coded_s8;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("input_c", &Parameters::input_c),
                 field("output_c", &Parameters::output_c), field("input_offset", &Parameters::input_offset),
                 field("output_offset", &Parameters::output_offset), field("coding", &Parameters::coding),
                 field("activation", &Parameters::activation), field("scaling", &Parameters::scaling));
};

template <>
struct KernelTraits<mote_conv2d_s16_params> {
  using Parameters = mote_conv2d_s16_params;
  static constexpr auto kKernel = mote_conv2d_s16;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("input_c", &Parameters::input_c),
                 field("output_c", &Parameters::output_c), field("activation", &Parameters::activation),
                 field("scaling", &Parameters::scaling));
};

namespace {

Lowered lower_wide(const mote_window& window, const graph::Conv2d& op, const graph::NodeView& node) {
  const graph::Shape& weights = node.inputs[1]->shape;
  mote_conv2d_s16_params params{};
  params.window = window;
  params.input_c = weights[3];
  params.output_c = weights[0];
  params.activation = activation(op.activation, *node.outputs[0]);
  ChannelTables tables = wide_tables(graph::Conv2d::kName, node, weights[0]);
  const std::int64_t scratch_bytes = mote_conv2d_s16_scratch_bytes(&params);
  return {make_call(mote_conv2d_s16_op, params, 3, std::move(tables)),
          scratch_bytes,
          {in_int16(overlap(params, scratch_bytes))},
          2 * scratch_bytes};
}

KernelCall coded(const mote_conv2d_s8_params& plain, const graph::Tensor& weights, ChannelTables tables) {
  auto stored = coded_weights(weights, ZeroWeights::kMayBeLeftOut);
  if (!stored) return {};
  const mote_conv2d_coded_s8_params params{
      plain.window, plain.input_c, plain.output_c, plain.input_offset, plain.output_offset, 0, plain.activation, {}};
  return coded_call(mote_conv2d_coded_s8_op, params, std::move(tables), std::move(stored));
}

}  // namespace

Lowered lower(const graph::Conv2d& op, const PlannedNode& node) {
  const graph::Shape& weights = node.inputs[1]->shape;
  const WindowExtents extents{weights[1], weights[2], op.dilation_h, op.dilation_w};
  mote_conv2d_s8_params params{};
  params.window = window(node, extents, op.stride_h, op.stride_w, op.padding);
  if (is_wide(node)) return lower_wide(params.window, op, node);
  params.input_c = weights[3];
  params.output_c = weights[0];
  params.input_offset = -zero_point(*node.inputs[0]);
  params.output_offset = zero_point(*node.outputs[0]);
  params.activation = activation(op.activation, *node.outputs[0]);
  const auto bounds = accumulator_bounds(node, node.inputs[1]->elements() / weights[0], weights[0]);
  ChannelTables tables = channel_tables(graph::Conv2d::kName, node, bounds);
  const std::int64_t scratch_bytes = mote_conv2d_s8_scratch_bytes(&params);
  KernelCall stored = coded(params, *node.inputs[1], tables);
  // CMSIS-NN gathers two patches of int16.
  return {make_call(mote_conv2d_s8_op, params, 3, std::move(tables)),
          scratch_bytes,
          {overlap(params, scratch_bytes)},
          4 * scratch_bytes,
          std::move(stored)};
}

}  // namespace mote::plan
