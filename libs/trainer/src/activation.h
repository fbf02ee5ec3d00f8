// Fused activations, in place. The derivative is read off the output: it is 1 strictly between the bounds and 0
// elsewhere.
#pragma once

#include <cstdint>

#include "mote/graph/ops/common.h"

namespace mote::trainer {

inline bool is_open(graph::Activation activation, float output) {
  switch (activation) {
    case graph::Activation::kNone:
      return true;
    case graph::Activation::kRelu:
      return output > 0.0F;
    case graph::Activation::kRelu6:
      return output > 0.0F && output < 6.0F;
  }
  return true;
}

inline float activated(graph::Activation activation, float z) {
  if (activation == graph::Activation::kNone) return z;
  const float positive = z > 0.0F ? z : 0.0F;
  return activation == graph::Activation::kRelu6 && positive > 6.0F ? 6.0F : positive;
}

// y = activation(y).
inline void activate(graph::Activation activation, float* y, std::int64_t count) {
  if (activation == graph::Activation::kNone) return;
  for (std::int64_t i = 0; i < count; ++i) y[i] = activated(activation, y[i]);
}

// dz = dy where the activation is open, else 0.
inline void pass_gradient(graph::Activation activation, const float* y, const float* dy, float* dz,
                          std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) dz[i] = is_open(activation, y[i]) ? dy[i] : 0.0F;
}

}  // namespace mote::trainer
