#include "mote/graph/ops/pool2d.h"

#include <algorithm>

#include "access_trace.h"
#include "lowering.h"
#include "mote/runtime/kernels/mote_average_pool2d_s16.h"
#include "mote/runtime/kernels/mote_average_pool2d_s8.h"
#include "mote/runtime/kernels/mote_max_pool2d_s16.h"
#include "mote/runtime/kernels/mote_max_pool2d_s8.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_average_pool2d_s8_params> {
  using Parameters = mote_average_pool2d_s8_params;
  static constexpr auto kKernel = mote_average_pool2d_s8;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("channels", &Parameters::channels),
                 field("activation", &Parameters::activation));
};

template <>
struct KernelTraits<mote_max_pool2d_s8_params> {
  using Parameters = mote_max_pool2d_s8_params;
  static constexpr auto kKernel = mote_max_pool2d_s8;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("channels", &Parameters::channels),
                 field("activation", &Parameters::activation));
};

template <>
struct KernelTraits<mote_average_pool2d_s16_params> {
  using Parameters = mote_average_pool2d_s16_params;
  static constexpr auto kKernel = mote_average_pool2d_s16;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("channels", &Parameters::channels),
                 field("activation", &Parameters::activation));
};

template <>
struct KernelTraits<mote_max_pool2d_s16_params> {
  using Parameters = mote_max_pool2d_s16_params;
  static constexpr auto kKernel = mote_max_pool2d_s16;
  static constexpr auto kFields =
      std::tuple(field("window", &Parameters::window), field("channels", &Parameters::channels),
                 field("activation", &Parameters::activation));
};

namespace {

constexpr std::int32_t kChannelBlock = 16;  // MOTE_CHANNEL_BLOCK

// Of a cell, blocks of channels one after the other: each reads its window, then writes.
Overlap overlap(const mote_window& window, std::int32_t channels) {
  AccessTrace trace;
  visit_cells_backwards(window, [&](std::int64_t cell, std::int64_t first_input) {
    for (std::int32_t begin = (channels - 1) / kChannelBlock * kChannelBlock; begin >= 0; begin -= kChannelBlock) {
      trace.write(cell * channels + std::min(channels, begin + kChannelBlock));
      trace.read(first_input * channels + begin);
    }
  });
  return trace.overlap(0, std::int64_t{window.input_h} * window.input_w * channels);
}

template <class Parameters>
Lowered lower_as(const mote_op& kernel, const graph::Pool2d& op, const PlannedNode& node) {
  Parameters params{};
  params.window = window(node, {op.kernel_h, op.kernel_w, 1, 1}, op.stride_h, op.stride_w, op.padding);
  params.channels = node.inputs[0]->shape[3];
  params.activation = activation(op.activation, *node.outputs[0]);
  const Overlap bytes = overlap(params.window, params.channels);
  return {
      make_call(kernel, params, 1), 0, {is_wide(node) ? in_int16(bytes) : bytes}, 4 * std::int64_t{params.channels}};
}

}  // namespace

Lowered lower(const graph::Pool2d& op, const PlannedNode& node) {
  if (is_wide(node)) {
    if (op.kind == graph::PoolKind::kMax) return lower_as<mote_max_pool2d_s16_params>(mote_max_pool2d_s16_op, op, node);
    return lower_as<mote_average_pool2d_s16_params>(mote_average_pool2d_s16_op, op, node);
  }
  if (op.kind == graph::PoolKind::kMax) return lower_as<mote_max_pool2d_s8_params>(mote_max_pool2d_s8_op, op, node);
  return lower_as<mote_average_pool2d_s8_params>(mote_average_pool2d_s8_op, op, node);
}

}  // namespace mote::plan
