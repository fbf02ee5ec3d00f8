#include "mote/graph/ops/reduce.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "access_trace.h"
#include "lowering.h"
#include "mote/runtime/kernels/mote_mean_s16.h"
#include "mote/runtime/kernels/mote_mean_s8.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_mean_s8_params> {
  using Parameters = mote_mean_s8_params;
  static constexpr auto kKernel = mote_mean_s8;
  static constexpr auto kFields =
      std::tuple(field("outer", &Parameters::outer), field("reduced", &Parameters::reduced),
                 field("inner", &Parameters::inner), field("input_offset", &Parameters::input_offset),
                 field("output_offset", &Parameters::output_offset), field("scaling", &Parameters::scaling));
};

template <>
struct KernelTraits<mote_mean_s16_params> {
  using Parameters = mote_mean_s16_params;
  static constexpr auto kKernel = mote_mean_s16;
  static constexpr auto kFields =
      std::tuple(field("outer", &Parameters::outer), field("reduced", &Parameters::reduced),
                 field("inner", &Parameters::inner), field("scaling", &Parameters::scaling));
};

namespace {

std::int32_t extent_of(const graph::Shape& shape, std::int32_t first, std::int32_t last) {
  return static_cast<std::int32_t>(graph::element_count({shape.begin() + first, shape.begin() + last}));
}

constexpr std::int32_t kChannelBlock = 16;  // MOTE_CHANNEL_BLOCK

// Blocks of inner elements one after the other: each reads its sums, then writes.
Overlap overlap(const mote_mean_s8_params& params) {
  AccessTrace trace;
  for (std::int64_t outer = params.outer - 1; outer >= 0; --outer) {
    const std::int64_t input = outer * params.reduced * params.inner;
    for (std::int32_t begin = (params.inner - 1) / kChannelBlock * kChannelBlock; begin >= 0; begin -= kChannelBlock) {
      trace.write(outer * params.inner + std::min(params.inner, begin + kChannelBlock));
      trace.read(input + begin);
    }
  }
  return trace.overlap(0, std::int64_t{params.outer} * params.reduced * params.inner);
}

}  // namespace

Lowered lower(const graph::Reduce& op, const PlannedNode& node) {
  const graph::Tensor& input = *node.inputs[0];
  const std::int32_t first = op.axes.front();
  const std::int32_t last = op.axes.back() + 1;
  if (last - first != static_cast<std::int32_t>(op.axes.size())) {
    unsupported(graph::Reduce::kName,
                fmt::format("wanted neighbouring axes, got {}: transpose the input or reduce in two "
                            "steps",
                            graph::field_text(op.axes)));
  }
  const auto rank = static_cast<std::int32_t>(input.shape.size());
  mote_mean_s8_params params{};
  params.outer = extent_of(input.shape, 0, first);
  params.reduced = extent_of(input.shape, first, last);
  params.inner = extent_of(input.shape, last, rank);
  params.input_offset = -zero_point(input);
  params.output_offset = zero_point(*node.outputs[0]);
  const double factor = static_cast<double>(scale(input)) / static_cast<double>(scale(*node.outputs[0]));
  const quant::Multiplier multiplier = quant::mean_multiplier(factor, params.reduced);
  params.scaling = {multiplier.value, multiplier.shift};
  const std::int64_t greatest_sum = (is_wide(node) ? 32768 : 255) * std::int64_t{params.reduced};
  const std::int32_t left = std::max(params.scaling.shift, 0);
  if (left > MOTE_MAX_SHIFT || greatest_sum > (std::numeric_limits<std::int32_t>::max() >> left)) {
    inexact(graph::Reduce::kName, fmt::format("the output's scale is too small: sums up to {} times {} leave 32 bits; "
                                              "choose a wider output range",
                                              greatest_sum, factor));
  }
  if (!is_wide(node)) return {make_call(mote_mean_s8_op, params, 1), 0, {overlap(params)}};
  const mote_mean_s16_params wide{params.outer, params.reduced, params.inner, params.scaling};
  return {make_call(mote_mean_s16_op, wide, 1), 0, {in_int16(overlap(params))}};
}

}  // namespace mote::plan
