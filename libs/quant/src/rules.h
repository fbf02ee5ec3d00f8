// What quantization has to know of each op. Private to this library.
#pragma once

#include <cstdint>

#include "mote/graph/graph.h"

namespace mote::quant {

enum class OutputRule : std::uint8_t {
  kOwnRange,  // scale and zero point from the calibrated range of the output
  kTied,      // the same scale and zero point as every activation input
  kFixed,     // given by the op
};

struct QuantRule {
  OutputRule output = OutputRule::kOwnRange;
  graph::Quant fixed;                   // kFixed, of int8 activations
  graph::Quant fixed_int16;             // kFixed, of int16 activations
  bool weighted = false;                // inputs are x, weights, optional bias
  std::int32_t channel_axis = 0;        // of the weights: where the output channels lie
  bool per_channel = false;             // a weight scale for each output channel by default
  bool per_channel_on_request = false;  // QuantizeSettings::dense decides
};

// src/ops/<stem>.cpp supplies it for each op that can be quantized; train-only ops have none and give the default.
#define MOTE_TRAINABLE_OP(Type, stem) QuantRule quant_rule(const graph::Type& op);
#define MOTE_TRAINONLY_OP(Type, stem)               \
  inline QuantRule quant_rule(const graph::Type&) { \
    return {};                                      \
  }
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINONLY_OP(Type, stem)
#include "mote/graph/ops.def"

inline QuantRule quant_rule(const graph::Op& op) {
  return std::visit([](const auto& attributes) { return quant_rule(attributes); }, op);
}

// Ops with a member `activation` can take a fused one.
template <class Type>
concept Fusable = requires(Type op) {
  op.activation;
};

inline bool has_activation(const graph::Op& op) {
  return std::visit(
      [](const auto& attributes) {
        if constexpr (Fusable<decltype(attributes)>) return attributes.activation != graph::Activation::kNone;
        return false;
      },
      op);
}

// False when the op cannot fuse one.
inline bool set_activation(graph::Op& op, graph::Activation activation) {
  return std::visit(
      [&](auto& attributes) {
        if constexpr (Fusable<decltype(attributes)>) {
          attributes.activation = activation;
          return true;
        }
        return false;
      },
      op);
}

}  // namespace mote::quant
