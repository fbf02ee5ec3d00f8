// exp(beta·x_i) / sum_j exp(beta·x_j) over the last axis. In int8 the output has scale 1/256 and zero point -128.
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

struct Softmax {
  static constexpr std::string_view kName = "softmax";
  float beta = 1.0F;

  static constexpr auto fields() { return std::make_tuple(field("beta", &Softmax::beta)); }
};

}  // namespace mote::graph
