// Weights of less than a byte as kernels' tables hold them: w = scale·u - excess, u >= 0 in `bits` bits.
#pragma once

#include <cstdint>

#include "mote/graph/graph.h"

namespace mote::codegen {

struct WeightPacking {
  graph::DType type;
  const char* name;
  std::int32_t bits;
  std::int32_t scale;
  std::int32_t excess;
};

// Nothing for other types.
const WeightPacking* weight_packing(graph::DType type);

}  // namespace mote::codegen
