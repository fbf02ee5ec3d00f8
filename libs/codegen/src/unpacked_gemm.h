// The matrix cores on packed weights: those of a few channels are unpacked into scratch (unpack_core.h), then the core
// runs over a number of blocks of positions whose patches lie side by side; and so on with the next channels.
//
// Scratch: the patches of `blocks` blocks, then the stream of kUnpackedChannelPairs channel pairs. What unpacking costs
// is shared by the blocks; a block's bytes are read before any of its outputs is written, as with int8 weights.
#pragma once

#include <cstdint>
#include <string>

#include "gemm_core.h"
#include "unpack_core.h"

namespace mote::codegen {

inline constexpr std::int64_t kUnpackedChannelPairs = 4;

struct UnpackedGemm {
  GemmCore core;      // kPackedWeights, 4 positions, any depth
  UnpackCore unpack;  // with the core's words behind the weights
  std::int64_t blocks = 1;
};

std::string unpacked_gemm_name(const UnpackedGemm& gemm);
// void name(uint32_t* patch, uint32_t blocks, const uint32_t* table, uint8_t* output, const mote_unpacked_gemm_shape*
// shape): all channels of the first `blocks` patches. Its source names the cores of `core` and `unpack`.
Core unpacked_gemm_text(const UnpackedGemm& gemm);
std::int64_t unpacked_gemm_bytes(const UnpackedGemm& gemm);  // with the two others
// Of one call.
std::int64_t unpacked_gemm_instructions(const UnpackedGemm& gemm, std::int64_t pairs, std::int64_t channel_pairs,
                                        std::int64_t blocks);
std::int64_t unpacked_gemm_scratch_bytes(const UnpackedGemm& gemm, std::int64_t pairs, std::int64_t channel_pairs);

// The argument `shape`, as C text. `shape`: that of the core, with any end of the stream.
std::string unpacked_gemm_shape(const UnpackedGemm& gemm, const std::string& shape, std::int64_t channel_pairs);

}  // namespace mote::codegen
