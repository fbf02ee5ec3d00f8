#include "mote/graph/ops/depthwise_conv2d.h"

#include <fmt/format.h>

#include <algorithm>

#include "access_trace.h"
#include "lowering.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_packed_s8.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s16.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::plan {
namespace {

constexpr std::int32_t kChannelBlock = 16;  // MOTE_CHANNEL_BLOCK

// Of a cell, runs of channels one after the other: each reads its taps, then writes. A run ends with its input channel
// where that feeds several outputs.
void run_cell(AccessTrace& trace, std::int32_t channels, std::int32_t outputs_each, std::int64_t output,
              std::int64_t input) {
  const std::int32_t groups = outputs_each > 1 ? channels : 1;
  const std::int32_t group = outputs_each > 1 ? outputs_each : channels;
  for (std::int32_t g = groups - 1; g >= 0; --g) {
    for (std::int32_t begin = (group - 1) / kChannelBlock * kChannelBlock; begin >= 0; begin -= kChannelBlock) {
      const std::int32_t end = std::min(group, begin + kChannelBlock);
      trace.write(output + std::int64_t{g} * group + end);
      trace.read(input + (outputs_each > 1 ? g : begin));
    }
  }
}

template <class Parameters>
Overlap overlap(const Parameters& params) {
  AccessTrace trace;
  const std::int64_t output_c = std::int64_t{params.input_c} * params.multiplier;
  visit_cells_backwards(params.window, [&](std::int64_t cell, std::int64_t first_input) {
    run_cell(trace, params.input_c, params.multiplier, cell * output_c, first_input * params.input_c);
  });
  return trace.overlap(0, std::int64_t{params.window.input_h} * params.window.input_w * params.input_c);
}

}  // namespace

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

template <>
struct KernelTraits<mote_depthwise_conv2d_packed_s8_params> {
  using Parameters = mote_depthwise_conv2d_packed_s8_params;
  static constexpr auto kKernel = mote_depthwise_conv2d_packed_s8;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("input_c", &Parameters::input_c),
                 field("multiplier", &Parameters::multiplier), field("input_offset", &Parameters::input_offset),
                 field("output_offset", &Parameters::output_offset), field("coding", &Parameters::coding),
                 field("activation", &Parameters::activation), field("scaling", &Parameters::scaling));
};

template <>
struct KernelTraits<mote_depthwise_conv2d_s16_params> {
  using Parameters = mote_depthwise_conv2d_s16_params;
  static constexpr auto kKernel = mote_depthwise_conv2d_s16;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("input_c", &Parameters::input_c),
                 field("multiplier", &Parameters::multiplier), field("activation", &Parameters::activation),
                 field("scaling", &Parameters::scaling));
};

namespace {

Lowered lower_wide(const mote_window& window, const graph::DepthwiseConv2d& op, const graph::NodeView& node) {
  const graph::Shape& weights = node.inputs[1]->shape;
  if (weights[1] * weights[2] > MOTE_DEPTHWISE_CONV2D_S16_TAPS) {
    unsupported(graph::DepthwiseConv2d::kName,
                fmt::format("wanted at most {} taps for int16 activations, got {}x{}",
                            int{MOTE_DEPTHWISE_CONV2D_S16_TAPS}, weights[1], weights[2]));
  }
  mote_depthwise_conv2d_s16_params params{};
  params.window = window;
  params.input_c = node.inputs[0]->shape[3];
  params.multiplier = weights[3] / params.input_c;
  params.activation = activation(op.activation, *node.outputs[0]);
  ChannelTables tables = wide_tables(graph::DepthwiseConv2d::kName, node, weights[3]);
  return {make_call(mote_depthwise_conv2d_s16_op, params, 3, std::move(tables)),
          0,
          {in_int16(overlap(params))},
          4 * node.inputs[1]->elements()};
}

KernelCall coded(const mote_depthwise_conv2d_s8_params& plain, const graph::Tensor& weights, ChannelTables tables) {
  auto stored = coded_weights(weights, ZeroWeights::kKept);
  if (!stored) return {};
  const mote_depthwise_conv2d_packed_s8_params params{
      plain.window, plain.input_c, plain.multiplier, plain.input_offset, plain.output_offset, 0, plain.activation, {}};
  return coded_call(mote_depthwise_conv2d_packed_s8_op, params, std::move(tables), std::move(stored));
}

}  // namespace

Lowered lower(const graph::DepthwiseConv2d& op, const PlannedNode& node) {
  const graph::Shape& weights = node.inputs[1]->shape;
  const WindowExtents extents{weights[1], weights[2], op.dilation_h, op.dilation_w};
  mote_depthwise_conv2d_s8_params params{};
  params.window = window(node, extents, op.stride_h, op.stride_w, op.padding);
  if (is_wide(node)) return lower_wide(params.window, op, node);
  params.input_c = node.inputs[0]->shape[3];
  params.multiplier = weights[3] / params.input_c;
  params.input_offset = -zero_point(*node.inputs[0]);
  params.output_offset = zero_point(*node.outputs[0]);
  params.activation = activation(op.activation, *node.outputs[0]);
  ChannelTables tables = channel_tables(graph::DepthwiseConv2d::kName, node, accumulator_bounds(node, 1, weights[3]));
  // CMSIS-NN keeps one patch of int16, padded to whole vectors.
  const std::int64_t patch_bytes = 4 * node.inputs[1]->elements();
  KernelCall stored = coded(params, *node.inputs[1], tables);
  return {make_call(mote_depthwise_conv2d_s8_op, params, 3, std::move(tables)),
          0,
          {overlap(params)},
          patch_bytes,
          std::move(stored)};
}

}  // namespace mote::plan
