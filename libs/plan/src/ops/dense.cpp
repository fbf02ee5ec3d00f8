#include "mote/graph/ops/dense.h"

#include <algorithm>

#include "access_trace.h"
#include "lowering.h"
#include "mote/runtime/kernels/mote_dense_coded_s8.h"
#include "mote/runtime/kernels/mote_dense_s16.h"
#include "mote/runtime/kernels/mote_dense_s8.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_dense_s8_params> {
  using Parameters = mote_dense_s8_params;
  static constexpr auto kKernel = mote_dense_s8;
  static constexpr auto kFields = std::tuple(
      field("rows", &Parameters::rows), field("inputs", &Parameters::inputs), field("outputs", &Parameters::outputs),
      field("input_offset", &Parameters::input_offset), field("output_offset", &Parameters::output_offset),
      field("activation", &Parameters::activation), field("scaling", &Parameters::scaling));
};

template <>
struct KernelTraits<mote_dense_coded_s8_params> {
  using Parameters = mote_dense_coded_s8_params;
  static constexpr auto kKernel = mote_dense_coded_s8;
  static constexpr auto kFields =
      std::tuple(field("rows", &Parameters::rows), field("inputs", &Parameters::inputs),
                 field("outputs", &Parameters::outputs), field("input_offset", &Parameters::input_offset),
                 field("output_offset", &Parameters::output_offset), field("coding", &Parameters::coding),
                 field("activation", &Parameters::activation), field("scaling", &Parameters::scaling));
};

template <>
struct KernelTraits<mote_dense_s16_params> {
  using Parameters = mote_dense_s16_params;
  static constexpr auto kKernel = mote_dense_s16;
  static constexpr auto kFields = std::tuple(
      field("rows", &Parameters::rows), field("inputs", &Parameters::inputs), field("outputs", &Parameters::outputs),
      field("activation", &Parameters::activation), field("scaling", &Parameters::scaling));
};

namespace {

KernelCall coded(const mote_dense_s8_params& plain, const graph::Tensor& weights, ChannelTables tables) {
  auto stored = coded_weights(weights, ZeroWeights::kMayBeLeftOut);
  if (!stored) return {};
  const mote_dense_coded_s8_params params{
      plain.rows, plain.inputs, plain.outputs, plain.input_offset, plain.output_offset, 0, plain.activation, {}};
  return coded_call(mote_dense_coded_s8_op, params, std::move(tables), std::move(stored));
}

// One scale, one multiplier: its factor is not that of a convolution.
ChannelTables tensor_table(const PlannedNode& node, const std::vector<std::int64_t>& bounds) {
  const double factor = quant::dense_factor(scale(*node.inputs[0]), scale(*node.inputs[1]), scale(*node.outputs[0]));
  const mote_scaling scaling =
      checked_scaling(graph::Dense::kName, factor, *std::max_element(bounds.begin(), bounds.end()));
  return {{scaling.multiplier}, {static_cast<std::int8_t>(scaling.shift)}};
}

constexpr std::int32_t kFilterRun = 16;  // filters that mote_apply_filters carries before it writes

// Every run of filters reads the whole row.
template <class Parameters>
Overlap overlap(const Parameters& params) {
  AccessTrace trace;
  const std::int32_t last_run = (params.outputs - 1) % kFilterRun + 1;
  for (std::int32_t row = params.rows - 1; row >= 0; --row) {
    const std::int64_t end = (std::int64_t{row} + 1) * params.outputs;
    trace.write(end);
    trace.read(std::int64_t{row} * params.inputs);
    if (params.outputs > last_run) trace.write(end - last_run);
  }
  return trace.overlap(0, std::int64_t{params.rows} * params.inputs);
}

}  // namespace

namespace {

Lowered lower_wide(const graph::Dense& op, const graph::NodeView& node) {
  const graph::Shape& weights = node.inputs[1]->shape;
  mote_dense_s16_params params{};
  params.rows = 1;
  params.inputs = weights[1];
  params.outputs = weights[0];
  params.activation = activation(op.activation, *node.outputs[0]);
  const bool per_channel = node.inputs[1]->quant.per_channel();
  ChannelTables tables = wide_tables(graph::Dense::kName, node, per_channel ? weights[0] : 1);
  return {make_call(mote_dense_s16_op, params, 3, std::move(tables)), 0, {in_int16(overlap(params))}};
}

}  // namespace

Lowered lower(const graph::Dense& op, const PlannedNode& node) {
  if (is_wide(node)) return lower_wide(op, node);
  const graph::Shape& weights = node.inputs[1]->shape;
  mote_dense_s8_params params{};
  params.rows = 1;
  params.inputs = weights[1];
  params.outputs = weights[0];
  params.input_offset = -zero_point(*node.inputs[0]);
  params.output_offset = zero_point(*node.outputs[0]);
  params.activation = activation(op.activation, *node.outputs[0]);
  const auto bounds = accumulator_bounds(node, weights[1], weights[0]);
  const bool per_channel = node.inputs[1]->quant.per_channel();
  ChannelTables tables = per_channel ? channel_tables(graph::Dense::kName, node, bounds) : tensor_table(node, bounds);
  KernelCall stored = coded(params, *node.inputs[1], tables);
  return {make_call(mote_dense_s8_op, params, 3, std::move(tables)), 0, {overlap(params)}, 0, std::move(stored)};
}

}  // namespace mote::plan
