// Reduction over axes. Unlike an average pool, the int8 mean may change scale and zero point.
// Input [1,…]; the axes are dropped, or kept with extent 1.
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

enum class ReduceKind : std::uint8_t { kMean };

struct Reduce {
  static constexpr std::string_view kName = "reduce";
  ReduceKind kind = ReduceKind::kMean;
  std::vector<std::int32_t> axes;  // ascending, each >= 1
  std::int32_t keep_dims = 0;      // 0 or 1

  static constexpr auto fields() {
    return std::make_tuple(field("kind", &Reduce::kind), field("axes", &Reduce::axes),
                           field("keep_dims", &Reduce::keep_dims));
  }
};

}  // namespace mote::graph

template <>
struct mote::EnumNames<mote::graph::ReduceKind> {
  static constexpr std::array<std::string_view, 1> kNames{"mean"};
};
