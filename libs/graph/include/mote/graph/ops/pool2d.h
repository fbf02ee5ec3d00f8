// Average and maximum over a sliding window. Input [1,H,W,C], output [1,OH,OW,C]. An average does not count padded
// cells. A global pool is a window as large as the input.
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

enum class PoolKind : std::uint8_t { kAverage, kMax };

struct Pool2d {
  static constexpr std::string_view kName = "pool2d";
  PoolKind kind = PoolKind::kAverage;
  std::int32_t kernel_h = 1;
  std::int32_t kernel_w = 1;
  std::int32_t stride_h = 1;
  std::int32_t stride_w = 1;
  Padding padding = Padding::kValid;
  Activation activation = Activation::kNone;

  static constexpr auto fields() {
    return std::make_tuple(field("kind", &Pool2d::kind), field("kernel_h", &Pool2d::kernel_h),
                           field("kernel_w", &Pool2d::kernel_w), field("stride_h", &Pool2d::stride_h),
                           field("stride_w", &Pool2d::stride_w), field("padding", &Pool2d::padding),
                           field("activation", &Pool2d::activation));
  }
};

}  // namespace mote::graph

template <>
struct mote::EnumNames<mote::graph::PoolKind> {
  static constexpr std::array<std::string_view, 2> kNames{"average", "max"};
};
