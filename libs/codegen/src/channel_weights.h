// The weights and biases of a layer as a core's input values need them: in the core's order, with the offset of the
// values folded into the bias.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "generator.h"
#include "weighted_layer.h"

namespace mote::codegen {

// Weight of channel c at slot s is that of index slots[s] within the channel (graph's order); -1: none, 0. The values
// that the core multiplies are int8 values + value_offset: 128 from planes, 0 from NHWC.
class ChannelWeights {
 public:
  ChannelWeights(const Layer& layer, std::span<const std::int32_t> slots, std::int32_t value_offset);

  std::int64_t weight(std::int32_t channel, std::size_t slot) const;
  // bias + (input offset - value offset)·sum of weights
  std::int64_t bias(std::int32_t channel) const;

 private:
  const Layer& layer_;
  std::span<const std::int32_t> slots_;
  std::int32_t value_offset_;
  std::span<const std::int8_t> values_;
  WeightedLayer common_;
};

// Of a depthwise layer, channel after channel; the graph has them tap after tap.
std::vector<std::int8_t> depthwise_weights(const Layer& layer);

}  // namespace mote::codegen
