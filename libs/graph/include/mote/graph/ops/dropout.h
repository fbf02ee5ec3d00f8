// Training only: sets a share of the elements to zero and scales the others by 1/(1 - rate). Gone after folding.
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

struct Dropout {
  static constexpr std::string_view kName = "dropout";
  float rate = 0.5F;  // [0, 1)

  static constexpr auto fields() { return std::make_tuple(field("rate", &Dropout::rate)); }
};

}  // namespace mote::graph
