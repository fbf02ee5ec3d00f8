// Element-wise functions of two tensors of equal shape.
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

enum class BinaryKind : std::uint8_t { kAdd };

struct Binary {
  static constexpr std::string_view kName = "binary";
  BinaryKind kind = BinaryKind::kAdd;
  Activation activation = Activation::kNone;

  static constexpr auto fields() {
    return std::make_tuple(field("kind", &Binary::kind), field("activation", &Binary::activation));
  }
};

}  // namespace mote::graph

template <>
struct mote::EnumNames<mote::graph::BinaryKind> {
  static constexpr std::array<std::string_view, 1> kNames{"add"};
};
