#include "weight_packing.h"

#include <algorithm>
#include <array>

namespace mote::codegen {
namespace {

constexpr std::array kPackings{WeightPacking{graph::DType::kInt4, "int4", 4, 1, 8},
                               WeightPacking{graph::DType::kTernary, "ternary", 2, 1, 1},
                               WeightPacking{graph::DType::kBinary, "binary", 1, 2, 1}};

}  // namespace

const WeightPacking* weight_packing(graph::DType type) {
  const auto* const found = std::find_if(kPackings.begin(), kPackings.end(),
                                         [&](const WeightPacking& packing) { return packing.type == type; });
  return found == kPackings.end() ? nullptr : found;
}

}  // namespace mote::codegen
