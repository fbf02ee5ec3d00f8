// The same elements in the same order under another shape. A flatten is a reshape to [1, elements].
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

struct Reshape {
  static constexpr std::string_view kName = "reshape";
  std::vector<std::int32_t> shape;  // of the output, every extent >= 1

  static constexpr auto fields() { return std::make_tuple(field("shape", &Reshape::shape)); }
};

}  // namespace mote::graph
