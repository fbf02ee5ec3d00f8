// Fully connected layer: y = W·x + b over the flattened input.
// Inputs: x [1,…] whose elements number I, weights [O,I], optional bias [O]. Output [1,O].
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

struct Dense {
  static constexpr std::string_view kName = "dense";
  Activation activation = Activation::kNone;

  static constexpr auto fields() { return std::make_tuple(field("activation", &Dense::activation)); }
};

}  // namespace mote::graph
