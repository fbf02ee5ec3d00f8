// The matrix cores of kArmDsp: a block of 4 (or 3) positions times all output channels, two channels at a time.
//
// patch: for each pair of inputs one word a position, two int16 (first input in the lower half): [pairs][positions].
// stream: for each two channels c, c+1, in the order of use,
//   biases   kWideWeights {b_c, b_c+1}, each carrying 2^k; kPackedWeights {b_c, 256·b_c+1 + b_c}; built-in depth: each
//            `positions` times
//   weights  for each pair of inputs: kWideWeights two words (the pair of channel c, of c+1), int16 with 2^k;
//            kPackedWeights one word, halves 256·w_c+1 + w_c
//   ends     of each channel {M, C}, and r behind them in the doubled form
// With short ends the biases are {b_c, b_c+1} in 24 bits with C's distance from a number of the layer's in the upper 8,
// and the ends {M_c, M_c+1}: 7 instructions for 8 bytes a pair of channels.
// Output: planes, pitch bytes apart; or NHWC as int8, pitch bytes from one position to the next.
//
// Registers, 4 positions: r0 patch, r1 stream, r2 r3 two positions, r4 r5 weights of the two channels, r6 … r12 lr
// sums. kWideWeights 11 instructions for 16 products: LDM two weights, twice {LDM two positions, 4 SMLAD}.
// kPackedWeights 12: the raw word multiplies into 256·S1 + S0, one SXTB16 gives S0's operand, a SUB at the end leaves
// 256·S1. Halves must fit int16: refused where a weight is -128 beside a negative one (packs()).
// 3 positions (kWideWeights): r2 r3 r4 positions, r5 r6 r7 weights three at a time, r8 … r12 lr sums: 23 instructions
// for 36 products. kPackedWeights: r5 raw word, r6 low bytes, 9 instructions for 12 products.
//
// Sums wrap in 32 bits; only their final value, proved by Requantization, must fit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "requantization.h"

namespace mote::codegen {

struct GemmCore {
  Carrier carrier = Carrier::kWideWeights;  // or kPackedWeights
  std::int32_t positions = 4;               // 3: with int16 weights a built-in depth only
  std::int32_t built_in_pairs = 0;          // unrolled for this depth; 0: any depth, by a loop
  std::int32_t built_in_pitch = 0;          // can_build_in(); 0: told at each call
  EndForm form = EndForm::kPrescaled;
  std::int32_t final_shift = 0;  // S of the prescaled form
  bool is_bounded = false;       // bounds other than 0 and 255
  bool has_short_ends = false;   // kPackedWeights of any depth in the prescaled form, where fits_short_ends()
  plan::Layout output = plan::Layout::kPlanes;

  bool replicates_biases() const { return built_in_pairs > 0; }
  // What the table's C is less than Requantization's: int8 saturates as such, where it needs no other bounds.
  std::int32_t addend_offset() const { return output == plan::Layout::kNhwc && !is_bounded ? 128 : 0; }
};

// Whether the pitch and twice the pitch are immediate operands.
bool can_build_in(std::int64_t pitch);

std::string gemm_core_name(const GemmCore& core);
Core gemm_core_text(const GemmCore& core);
std::int64_t gemm_core_bytes(const GemmCore& core);
// Of one call.
std::int64_t gemm_core_instructions(const GemmCore& core, std::int64_t pairs, std::int64_t channel_pairs);

// The type of the argument `shape` as guarded C text, what it includes ahead of it.
std::string gemm_shape_type();
// The argument `shape` of a call, as C text: "{stream + 40, 32, 128, 0, 0, 0, 4096}".
std::string gemm_shape(const GemmCore& core, const std::string& stream_end, std::int64_t pairs, std::int64_t pitch,
                       const Requantization& form);

// Which weights a stream holds. Weight of channel c at slot s is weights[c·per_channel + slots[s]]; -1: none, 0.
struct GemmWeights {
  std::vector<std::int32_t> slots;     // of one channel, an even number
  std::vector<std::int32_t> channels;  // an even number; a channel may come twice
  std::int32_t patch_offset = 0;       // patch value - int8 value: 128 from planes, 0 from NHWC
};

bool packs(const Layer& layer, const GemmWeights& weights);
// Whether biases fit 24 bits and the addends of all channels are close to each other.
bool fits_short_ends(const Layer& layer, const GemmWeights& weights, const Requantization& form);
// The number that short ends are relative to.
std::int32_t common_addend(const Requantization& form);
std::vector<std::uint32_t> gemm_stream(const Layer& layer, const GemmWeights& weights, const GemmCore& core,
                                       const Requantization& form);
// Words of the stream for two channels.
std::int64_t gemm_stream_words(const GemmCore& core, std::int64_t pairs);

}  // namespace mote::codegen
