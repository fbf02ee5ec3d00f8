// What the operators with a sliding window share.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "operator_view.h"

namespace mote::tflite {

// A stride, dilation or window extent: 1..65535, so that no product of two of them leaves 32 bits unnoticed.
inline std::int32_t window_setting(const OperatorView& view, std::string_view what, std::int32_t value) {
  if (value >= 1 && value <= 65535) return value;
  view.fail(ErrorCode::kCorrupt, fmt::format("wanted a {} of 1..65535, got {}", what, value));
}

// The cells that a dilated kernel spans must stay within what the planner can count.
inline void check_reach(const OperatorView& view, std::int32_t kernel, std::int32_t dilation) {
  if (std::int64_t{kernel} * dilation < std::int64_t{1} << 24) return;
  view.fail(ErrorCode::kUnsupported,
            fmt::format("a kernel of {} cells with dilation {} is too wide", kernel, dilation));
}

// Strides, dilations, padding and activation of both kinds of convolution, from an option table that has them.
template <class Op, class Options>
Op window_attributes(const OperatorView& view, const Options& options) {
  Op op;
  op.stride_h = window_setting(view, "stride", options.stride_h());
  op.stride_w = window_setting(view, "stride", options.stride_w());
  op.dilation_h = window_setting(view, "dilation", options.dilation_h_factor());
  op.dilation_w = window_setting(view, "dilation", options.dilation_w_factor());
  op.padding = view.padding(options.padding());
  op.activation = view.activation(options.fused_activation_function());
  const graph::Tensor& weights = view.input_tensor(1);
  if (weights.shape.size() != 4)
    view.fail(ErrorCode::kCorrupt, fmt::format("wanted weights of rank 4, got {}", graph::to_string(weights.shape)));
  check_reach(view, weights.shape[1], op.dilation_h);
  check_reach(view, weights.shape[2], op.dilation_w);
  return op;
}

}  // namespace mote::tflite
