// Joins two or more tensors along one axis; the other extents are equal.
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

struct Concat {
  static constexpr std::string_view kName = "concat";
  std::int32_t axis = 3;  // counted from the outermost; >= 1

  static constexpr auto fields() { return std::make_tuple(field("axis", &Concat::axis)); }
};

}  // namespace mote::graph
