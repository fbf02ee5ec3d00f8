#include "lowering.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "mote/base/error.h"
#include "mote/runtime/requantize_s16.h"

namespace mote::plan {
namespace {

// Stands for a factor of finite scales that itself is not finite.
constexpr quant::Multiplier kOverflowing{1 << 30, MOTE_MAX_SHIFT + 1};

}  // namespace

void unsupported(std::string_view op, const std::string& message) {
  throw Error(ErrorCode::kUnsupported, fmt::format("[{}] {}", op, message));
}

void inexact(std::string_view op, const std::string& message) {
  throw Error(ErrorCode::kInvalid, fmt::format("[{}] {}", op, message));
}

float scale(const graph::Tensor& tensor) {
  return tensor.quant.scales[0];
}

std::int32_t zero_point(const graph::Tensor& tensor) {
  return tensor.quant.zero_points[0];
}

mote_activation activation(graph::Activation activation, const graph::Tensor& output) {
  const bool wide = output.type == graph::DType::kInt16;
  const quant::ActivationBounds bounds = quant::activation_bounds(
      activation, output.quant, wide ? quant::ActivationType::kInt16 : quant::ActivationType::kInt8);
  return {bounds.min, bounds.max};
}

bool is_wide(const graph::NodeView& node) {
  return node.outputs[0]->type == graph::DType::kInt16;
}

Overlap in_int16(Overlap of_bytes) {
  return {of_bytes.input, 2 * of_bytes.least_distance_bytes, of_bytes.multiple_bytes};
}

std::int32_t count(const graph::Tensor& tensor) {
  return static_cast<std::int32_t>(tensor.elements());
}

mote_window window(const PlannedNode& node, const WindowExtents& extents, std::int32_t stride_h, std::int32_t stride_w,
                   graph::Padding padding) {
  const graph::Shape& input = node.inputs[0]->shape;
  const auto h = graph::window_axis(input[1], extents.kernel_h, stride_h, extents.dilation_h, padding);
  const auto w = graph::window_axis(input[2], extents.kernel_w, stride_w, extents.dilation_w, padding);
  mote_window result{};
  result.input_h = input[1];
  result.input_w = input[2];
  result.output_h = h.output;
  result.output_w = w.output;
  result.kernel_h = extents.kernel_h;
  result.kernel_w = extents.kernel_w;
  result.stride_h = stride_h;
  result.stride_w = stride_w;
  result.dilation_h = extents.dilation_h;
  result.dilation_w = extents.dilation_w;
  result.pad_top = h.pad_before;
  if (node.pad_top != kPadByRule) {
    result.output_h = node.outputs[0]->shape[1];
    result.pad_top = node.pad_top;
  }
  result.pad_left = w.pad_before;
  return result;
}

std::vector<std::int64_t> accumulator_bounds(const PlannedNode& node, std::int64_t inner, std::int64_t channels) {
  assert(node.inputs[1]->constant);  // graph::verify refuses weights that are activations
  const std::int32_t zero = zero_point(*node.inputs[0]);
  const std::int64_t least = -128 - zero;
  const std::int64_t most = 127 - zero;
  std::vector<std::int64_t> low(static_cast<std::size_t>(channels), 0);
  std::vector<std::int64_t> high(low);
  const auto weights = graph::values<std::int8_t>(*node.inputs[1]);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto channel = static_cast<std::size_t>(static_cast<std::int64_t>(i) / inner % channels);
    low[channel] += std::min(least * weights[i], most * weights[i]);
    high[channel] += std::max(least * weights[i], most * weights[i]);
  }
  const bool has_bias = node.inputs.size() > 2;
  for (std::size_t channel = 0; channel < low.size(); ++channel) {
    const std::int64_t bias = has_bias ? graph::values<std::int32_t>(*node.inputs[2])[channel] : 0;
    low[channel] = std::max(std::abs(low[channel] + bias), std::abs(high[channel] + bias));
  }
  return low;
}

mote_scaling checked_scaling(std::string_view op, double factor, std::int64_t bound) {
  const quant::Multiplier multiplier = std::isfinite(factor) ? quant::quantize_multiplier(factor) : kOverflowing;
  const std::int32_t left = std::max(multiplier.shift, 0);
  const bool overflows = left > MOTE_MAX_SHIFT || bound > (std::numeric_limits<std::int32_t>::max() >> left);
  if (overflows) {
    inexact(op,
            fmt::format("the output's scale is too small: sums up to {} times {} leave 32 bits; choose a wider output "
                        "range",
                        bound, factor));
  }
  return {multiplier.value, multiplier.shift};
}

ChannelTables wide_tables(std::string_view op, const graph::NodeView& node, std::int64_t channels) {
  const graph::Quant& weights = node.inputs[1]->quant;
  ChannelTables tables;
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    const float weight_scale = weights.scales[weights.per_channel() ? static_cast<std::size_t>(channel) : 0];
    const float in = scale(*node.inputs[0]);
    const float out = scale(*node.outputs[0]);
    const bool one = channels == 1 && op == graph::Dense::kName && !weights.per_channel();
    const double factor =
        one ? quant::dense_factor(in, weight_scale, out) : quant::channel_factor(in, weight_scale, out);
    const quant::Multiplier multiplier = std::isfinite(factor) ? quant::quantize_multiplier(factor) : kOverflowing;
    if (multiplier.shift > MOTE_MAX_WIDE_SHIFT) {
      inexact(op, fmt::format("the output's scale is too small: a factor of {} is above 2^{}; choose a wider output "
                              "range",
                              factor, int{MOTE_MAX_WIDE_SHIFT}));
    }
    tables.multipliers.push_back(multiplier.value);
    tables.shifts.push_back(static_cast<std::int8_t>(multiplier.shift));
  }
  return tables;
}

ChannelTables channel_tables(std::string_view op, const PlannedNode& node, const std::vector<std::int64_t>& bounds) {
  const graph::Quant& weights = node.inputs[1]->quant;
  ChannelTables tables;
  for (std::size_t channel = 0; channel < bounds.size(); ++channel) {
    const float weight_scale = weights.scales[weights.per_channel() ? channel : 0];
    const double factor = quant::channel_factor(scale(*node.inputs[0]), weight_scale, scale(*node.outputs[0]));
    const mote_scaling scaling = checked_scaling(op, factor, bounds[channel]);
    tables.multipliers.push_back(scaling.multiplier);
    tables.shifts.push_back(static_cast<std::int8_t>(scaling.shift));
  }
  return tables;
}

}  // namespace mote::plan
