// Element-wise functions of one tensor. Input x, output of the same shape.
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

enum class UnaryKind : std::uint8_t { kRelu, kRelu6 };

struct Unary {
  static constexpr std::string_view kName = "unary";
  UnaryKind kind = UnaryKind::kRelu;

  static constexpr auto fields() { return std::make_tuple(field("kind", &Unary::kind)); }
};

}  // namespace mote::graph

template <>
struct mote::EnumNames<mote::graph::UnaryKind> {
  static constexpr std::array<std::string_view, 2> kNames{"relu", "relu6"};
};
