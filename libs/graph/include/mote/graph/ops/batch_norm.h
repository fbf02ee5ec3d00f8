// y = gamma·(x - mean)/sqrt(variance + epsilon) + beta over the last axis; folded into the layer before it when
// training ends. Inputs: x [1,…,C], gamma [C], beta [C], moving mean [C], moving variance [C].
#pragma once

#include "mote/graph/ops/common.h"

namespace mote::graph {

struct BatchNorm {
  static constexpr std::string_view kName = "batch_norm";
  float epsilon = 1e-3F;
  float momentum = 0.99F;  // moving = momentum·moving + (1 - momentum)·batch

  static constexpr auto fields() {
    return std::make_tuple(field("epsilon", &BatchNorm::epsilon), field("momentum", &BatchNorm::momentum));
  }
};

}  // namespace mote::graph
