// Zero padding (the zero point, once quantized). Input and output of equal rank.
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

struct Pad {
  static constexpr std::string_view kName = "pad";
  std::vector<std::int32_t> before;  // one for each axis, >= 0; axis 0 is 0
  std::vector<std::int32_t> after;

  static constexpr auto fields() { return std::make_tuple(field("before", &Pad::before), field("after", &Pad::after)); }
};

}  // namespace mote::graph
