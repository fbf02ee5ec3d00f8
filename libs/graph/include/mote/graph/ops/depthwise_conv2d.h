// Depthwise 2-D convolution: output channel c·multiplier + m sees input channel c only.
// Inputs: x [1,H,W,C], weights [1,KH,KW,C·multiplier], optional bias [C·multiplier]. Output [1,OH,OW,C·multiplier].
// The multiplier is the ratio of the shapes and stored nowhere else.
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

struct DepthwiseConv2d {
  static constexpr std::string_view kName = "depthwise_conv2d";
  std::int32_t stride_h = 1;
  std::int32_t stride_w = 1;
  std::int32_t dilation_h = 1;
  std::int32_t dilation_w = 1;
  Padding padding = Padding::kValid;
  Activation activation = Activation::kNone;

  static constexpr auto fields() {
    return std::make_tuple(
        field("stride_h", &DepthwiseConv2d::stride_h), field("stride_w", &DepthwiseConv2d::stride_w),
        field("dilation_h", &DepthwiseConv2d::dilation_h), field("dilation_w", &DepthwiseConv2d::dilation_w),
        field("padding", &DepthwiseConv2d::padding), field("activation", &DepthwiseConv2d::activation));
  }
};

}  // namespace mote::graph
