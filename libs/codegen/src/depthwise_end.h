// Constants of the depthwise plane kernel's end for one layer: output = clamp((hi32(x·m) + C) >> S) with
// x = a·2^k + d. It is requantization.h's prescaled form with one freedom more, d, a fraction of an accumulator's unit
// that sits in the bias: where one S leaves a channel less than k = 2, half of the rounding constant would fall below
// C's last place, and d carries it.
//
// Layers that this form does not reach, as those without ReLU, have requantization.h's masked form.
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
  std::int32_t shift = 0;       // of kMasked r; else e, C = DepthwiseEnd::addend + 2^e / 2, e <= 7
  std::int32_t prescale = 0;    // k: weights times 2^k fit into int16
  std::int32_t offset = 0;      // d
};

struct DepthwiseEnd {
  EndForm form = EndForm::kPrescaled;  // or kMasked
  std::int32_t final_shift = 0;        // S
  std::vector<DepthwiseChannel> channels;
  std::int32_t addend = 0;  // of kMasked the output's zero point, 0 … 255
  std::int32_t low = 0;     // bounds of the output, 0 … 255; 0 and 255 cost nothing
  std::int32_t high = 255;

  bool is_bounded() const { return low != 0 || high != 255; }
};

// The prescaled form with the first S that serves all channels, else the masked one, or nothing.
std::optional<DepthwiseEnd> depthwise_end(const LayerEnd& layer);

}  // namespace mote::codegen
