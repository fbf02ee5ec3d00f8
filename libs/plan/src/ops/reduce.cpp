#include "mote/graph/ops/reduce.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "lowering.h"
#include "mote/runtime/kernels/mote_mean_s8.h"

namespace mote::plan {
namespace {

std::int32_t extent_of(const graph::Shape& shape, std::int32_t first, std::int32_t last) {
  return static_cast<std::int32_t>(graph::element_count({shape.begin() + first, shape.begin() + last}));
}

}  // namespace

Lowered lower(const graph::Reduce& op, const graph::NodeView& node) {
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
  const std::int64_t greatest_sum = 255 * std::int64_t{params.reduced};
  const std::int32_t left = std::max(params.scaling.shift, 0);
  if (left > MOTE_MAX_SHIFT || greatest_sum > (std::numeric_limits<std::int32_t>::max() >> left)) {
    inexact(graph::Reduce::kName, fmt::format("the output's scale is too small: sums up to {} times {} leave 32 bits; "
                                              "choose a wider output range",
                                              greatest_sum, factor));
  }
  return {make_call(mote_mean_s8_op, params, 1), 0, {}};
}

}  // namespace mote::plan
