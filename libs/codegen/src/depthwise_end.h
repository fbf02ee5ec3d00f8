// Constants of the depthwise plane kernel's end for one layer: output = clamp((hi32(x·m) + C) >> S) with
// x = a·2^k + d. It is requantization.h's prescaled form with one freedom more, d, a fraction of an accumulator's unit
// that sits in the bias: where one S leaves a channel less than k = 2, half of the rounding constant would fall below
// C's last place, and d carries it.
//
// Licence: as there, the steps of each channel are compared at both ends.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "requantization.h"

namespace mote::codegen {

struct DepthwiseChannel {
  std::int32_t multiplier = 0;  // m
  std::int32_t addend = 0;      // C, within int16
  std::int32_t prescale = 0;    // k: weights times 2^k fit into int16
  std::int32_t offset = 0;      // d
};

struct DepthwiseEnd {
  std::int32_t final_shift = 0;  // S
  std::vector<DepthwiseChannel> channels;
};

// With the first S that serves all channels, or nothing.
std::optional<DepthwiseEnd> depthwise_end(const LayerEnd& layer);

}  // namespace mote::codegen
