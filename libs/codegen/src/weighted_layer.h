// What the parameter structs of convolution, depthwise convolution and dense layers have in common.
#pragma once

#include <cstdint>
#include <optional>

#include "generator.h"
#include "mote/runtime/types.h"

namespace mote::codegen {

// Weight i of the graph's order belongs to channel (i / inner) % channels.
struct WeightedLayer {
  mote_channel_scaling scaling;
  std::int32_t input_offset;
  std::int32_t output_offset;
  mote_activation activation;
  std::int32_t channels;
  std::int64_t inner;
};

// Nothing for other layers.
std::optional<WeightedLayer> weighted_layer(const Layer& layer);

}  // namespace mote::codegen
