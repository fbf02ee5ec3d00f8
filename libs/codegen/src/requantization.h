// The end of a weighted layer: from the parameters of its kernel to the constants of a cheaper form that gives the same
// bytes. The licence is a comparison on the actual constants: an output is a rising step function of the accumulator,
// so that a rising candidate which agrees at both ends of every step agrees everywhere (Steps).
//
// The runtime's rule (requantize.h) for accumulator a, multiplier M, right shift r = max(-shift, 0), left shift l:
//   y = floor((a·2^l·M + 2^30) / 2^31), z = y / 2^r rounded half away from zero, clamp, + zero point.
// Outputs here are those of plan::Layout::kPlanes: 0 … 255, the int8 value + 128.
//
// Multiply-add of the cores: hi32(x·m) is the upper word of the 64-bit product, so (hi32(x·m) + c) >> s is exactly
// floor((x·m + c·2^32) / 2^(32+s)).
//
// kPrescaled, three instructions (SMMLA, USAT with shift, STRB):
//   x = a·2^k, output = clamp((hi32(x·M) + C) >> S). With k = S + 1 - r + l >= l + 2,
//   C = 2^(k-l-2)·(1 + 2^r) + (zero point + 128)·2^S  (without the 2^r for r = 0)
//   this is z rounded half up: exact where no tie below zero can show, as under a ReLU, or where r = 0. S is one number
//   for the layer. A channel whose k must be larger (int8 weights have k = 8) gets a shorter M, nudged until the steps
//   agree.
// kDoubled, five instructions (ADD, SMMLAR, ASR, USAT, STRB), any layer with r >= 1:
//   x = 2a, output = clamp((floor((x·M + 2^31) / 2^32) + C - [a < 0]) >> r), C = 2^(r-1) + (zero point + 128)·2^r.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "generator.h"
#include "mote/runtime/requantize.h"

namespace mote::codegen {

// What the end of one channel must compute, and for which accumulators.
struct ChannelEnd {
  std::int32_t multiplier = 0;  // as mote_scaling
  std::int32_t shift = 0;
  std::int64_t least = 0;  // accumulators that inputs of int8 can reach, bias included
  std::int64_t greatest = 0;
  std::int64_t largest_weight = 0;  // magnitude
};

struct LayerEnd {
  std::vector<ChannelEnd> channels;
  std::int32_t zero_point = 0;  // of the output
  mote_activation activation{};
};

// Of a convolution, depthwise convolution or dense layer; nothing for other layers. Weights as the graph has them.
std::optional<LayerEnd> layer_end(const Layer& layer);

// The output of one channel as a step function: on accumulators (previous last, last] it is `output`.
struct Step {
  std::int64_t last = 0;
  std::int32_t output = 0;  // 0 … 255
};
std::vector<Step> steps_of(const ChannelEnd& channel, const LayerEnd& layer);

// kMasked, six instructions: kDoubled for layers in which a channel has r = 0. Such a channel has no tie to move, so
//   the sign is masked: [a < 0 and r >= 1]. The mask is the top bit of the word that holds r: shifts read its low byte.
enum class EndForm : std::uint8_t { kPrescaled, kDoubled, kMasked };

struct ChannelConstants {
  std::int32_t multiplier = 0;  // M
  std::int32_t addend = 0;      // C
  std::int32_t prescale = 0;    // k: the accumulator carries 2^k
  std::int32_t shift = 0;       // S or r

  // The word that holds r in the tables of kMasked: its top bit is set where r >= 1.
  std::uint32_t masked_shift() const { return static_cast<std::uint32_t>(shift) | (shift > 0 ? 0x80000000U : 0U); }
};

struct Requantization {
  EndForm form = EndForm::kPrescaled;
  std::vector<ChannelConstants> channels;
  std::int32_t low = 0;  // bounds of the output, 0 … 255; 0 and 255 cost nothing
  std::int32_t high = 255;

  bool saturates_only() const { return low == 0 && high == 255; }
};

// What a form computes: the definition that the assembly and C cores follow.
std::int32_t apply(const Requantization& form, const ChannelConstants& constants, std::int64_t accumulator);

// How the accumulator gets its 2^k.
enum class Carrier : std::uint8_t {
  kWideWeights,    // int16 weights and bias are multiplied, k at the form's choice, products within int16
  kPackedWeights,  // two int8 weights in a halfword: k = 8 whatever the form
  kShiftedSum,     // the sum is shifted left at the end: by 8, or by 1 for the doubled form
};

// The prescaled form with this S (1 … 20), or nothing if one channel cannot have it.
std::optional<Requantization> prescaled(const LayerEnd& layer, Carrier carrier, std::int32_t final_shift);
// The masked form, which needs 2^1 only, or nothing.
std::optional<Requantization> masked(const LayerEnd& layer);
// The cheapest form that every channel can have, or nothing. Layers of a network tend to get the same S, because cores
// have it built in.
std::optional<Requantization> requantization(const LayerEnd& layer, Carrier carrier);
// The same for a weighted layer, computed once.
const std::optional<Requantization>& requantization_of(const Layer& layer, Carrier carrier);

}  // namespace mote::codegen
