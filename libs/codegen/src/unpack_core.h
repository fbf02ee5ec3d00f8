// From packed weights to the stream of a matrix core (gemm_core.h, kPackedWeights of any depth).
//
// A word of the stream holds a pair of inputs of two channels: four weights, a byte each. The table keeps biases and
// ends as they are and puts the words in between together: word k of 8/bits in bits [k·bits, (k + 1)·bits) of each
// byte, so that (word >> k·bits) & mask and one SSUB16 of the excess give it back. Turns of eight words: the weights of
// two channels are filled up to a whole turn.
//
// r0 table, r1 stream, r2 channel pairs left, r3 pairs of inputs, r4 mask, r5 excess, r6 … r9 words, r10 r11 packed,
// r12 end of the words. A turn writes up to seven words too many, which ends and the next two channels overwrite.
// 20 instructions for eight words, 19 of binary weights, and two for the loop.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mote/codegen/layer_kernels.h"
#include "weight_packing.h"

namespace mote::codegen {

struct UnpackCore {
  const WeightPacking* packing = nullptr;
  std::int64_t end_words = 2;  // of two channels, behind their weights: 2, 4 or 6
};

std::string unpack_core_name(const UnpackCore& core);
// const uint32_t* name(const uint32_t* table, uint32_t* stream, uint32_t channel_pairs, uint32_t pairs): the table
// behind what was read.
Core unpack_core_text(const UnpackCore& core);
std::int64_t unpack_core_bytes(const UnpackCore& core);
// Of one call.
std::int64_t unpack_core_instructions(const UnpackCore& core, std::int64_t pairs, std::int64_t channel_pairs);

// Words that two channels take in the stream, and the most that are written for `channel_pairs` of them.
std::int64_t unpacked_words(const UnpackCore& core, std::int64_t pairs);
std::int64_t most_unpacked_words(const UnpackCore& core, std::int64_t pairs, std::int64_t channel_pairs);
// Words that two channels take in the table.
std::int64_t packed_words(const UnpackCore& core, std::int64_t pairs);
// The table of a stream whose weights the packing holds.
std::vector<std::uint32_t> packed_stream(const UnpackCore& core, std::span<const std::uint32_t> stream,
                                         std::int64_t pairs);

}  // namespace mote::codegen
