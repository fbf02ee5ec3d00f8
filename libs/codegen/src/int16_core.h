// The cores of kArmDsp for int16 activations and int8 weights: four positions, or one, times all output channels, two
// channels at a time. NHWC out.
//
// patch: for each pair of inputs two int16 a position: [pairs][positions][2]; an odd last input has anything beside it.
// stream: for each two channels c, c+1
//   biases   {b_c, b_c+1}
//   weights  for each pair of inputs k, k+1 one word of bytes {w_c[k], w_c+1[k], w_c[k+1], w_c+1[k+1]}: SXTB16 makes
//   the
//            pair of channel c of it, SXTB16 of the word turned by 8 bits that of c+1
//   ends     {M_c, M_c+1}, int16_end.h
// An odd number of channels begins with {0, 1} and {1, 2}: channel 1 is computed twice.
//
// Registers, four positions: r0 patch, r1 stream, r2 r3 two positions, r4 r5 weights of the two channels, r6 … r12 lr
// sums. 13 instructions for 16 products: LDR weights, 2 SXTB16, twice {LDM two positions, 4 SMLAD}.
// One position: r0 patch, r1 stream, r2 r3 sums, r4 … r7 four pairs of inputs, r8 … r11 their weights, r12 a widened
// pair, lr turns to go. 20 instructions for 16 products: 2 LDM, 8 SXTB16, 8 SMLAD, SUBS, BNE.
//
// Sums wrap in 32 bits; only their final value, proved by Int16End, must fit.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "int16_end.h"

namespace mote::codegen {

struct Int16Core {
  std::int32_t positions = 4;  // or 1
  Int16Bounds bounds = Int16Bounds::kInt16;
};

std::string int16_core_name(const Int16Core& core);
Core int16_core_text(const Int16Core& core);
std::int64_t int16_core_bytes(const Int16Core& core);
// Of one call; `channels` at least two.
std::int64_t int16_core_instructions(const Int16Core& core, std::int64_t pairs, std::int64_t channels);

// Two channels or more, of weights as the graph has them: [channels][depth].
std::vector<std::uint32_t> int16_stream(std::span<const std::int8_t> weights, const Int16End& end, std::int64_t depth);
// The argument `shape` of both cores, as C text; `stream_end` is a C expression.
std::string int16_shape(const std::string& stream_end, std::int64_t pairs, const Int16End& end);

inline constexpr std::int64_t kInt16ShapeBytes = 24;

}  // namespace mote::codegen
