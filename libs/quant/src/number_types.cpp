#include "mote/quant/number_types.h"

#include <array>
#include <cstddef>

namespace mote::quant {

std::int32_t greatest_weight(WeightType type) {
  static constexpr std::array<std::int32_t, 4> kGreatest{127, 7, 1, 1};
  return kGreatest[static_cast<std::size_t>(type)];
}

graph::DType weight_dtype(WeightType type) {
  static constexpr std::array kTypes{graph::DType::kInt8, graph::DType::kInt4, graph::DType::kTernary,
                                     graph::DType::kBinary};
  return kTypes[static_cast<std::size_t>(type)];
}

graph::DType activation_dtype(ActivationType type) {
  return type == ActivationType::kInt16 ? graph::DType::kInt16 : graph::DType::kInt8;
}

}  // namespace mote::quant
