// 2-D convolution; 1-D is height 1.
// Inputs: x [1,H,W,C], weights [O,KH,KW,C], optional bias [O]. Output [1,OH,OW,O].
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

struct Conv2d {
  static constexpr std::string_view kName = "conv2d";
  std::int32_t stride_h = 1;
  std::int32_t stride_w = 1;
  std::int32_t dilation_h = 1;
  std::int32_t dilation_w = 1;
  Padding padding = Padding::kValid;
  Activation activation = Activation::kNone;

  static constexpr auto fields() {
    return std::make_tuple(field("stride_h", &Conv2d::stride_h), field("stride_w", &Conv2d::stride_w),
                           field("dilation_h", &Conv2d::dilation_h), field("dilation_w", &Conv2d::dilation_w),
                           field("padding", &Conv2d::padding), field("activation", &Conv2d::activation));
  }
};

}  // namespace mote::graph
