// The input side of Winograd's F(2×2, 3×3): rows of pairs of channels, and B^T d B of four tiles side by side
// (A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015).
//
// A row of input: for each pair of channels one word a column, two int16, padding included: [pair][columns].
// A tile is 4×4 values, two columns from one tile to the next. B^T is {1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1}: each of
// its rows is a sum or a difference of two values, which makes 16 values a tile: [4·row + column][pair][4 tiles].
// Stored values of 8 bits grow to at most 4 · 255: they stay within int16.
//
// The block core does one row of B^T, for all pairs: r0 r1 the two rows of input, r2 values, lr the pairs that are left
// above the bytes to the next pair (one UXTAH adds those), r3 … r12 columns. Ten columns make four tiles, two at a
// time: 2 LDM, 4 SADD16 or SSUB16 down, 8 along and 4 STRD for 8 values.
#pragma once

#include <cstdint>

#include "mote/codegen/layer_kernels.h"
#include "mote/plan/layout.h"

namespace mote::codegen {

inline constexpr std::int32_t kWinogradTiles = 4;    // of a block
inline constexpr std::int32_t kWinogradColumns = 8;  // of output, a block
inline constexpr std::int32_t kMostWinogradPairs = 63;

// void name(const uint8_t* input, uint32_t* to, int32_t y, const mote_winograd_rows* shape): row y, padding if outside.
Core winograd_rows_core(plan::Layout input);
std::int64_t winograd_rows_core_bytes(plan::Layout input);
// Of one row with `columns` copied and few filled columns, and of a row of padding.
std::int64_t winograd_row_instructions(plan::Layout input, std::int64_t columns, std::int64_t pairs);
std::int64_t winograd_padding_instructions(std::int64_t columns, std::int64_t pairs);

enum class WinogradRow : std::uint8_t { kSum, kDifference };

// void name(const uint32_t* first, const uint32_t* second, uint32_t* values, uint32_t steps).
Core winograd_block_core(WinogradRow row, std::int32_t pairs);
std::int64_t winograd_block_core_bytes(WinogradRow row, std::int32_t pairs);
std::int64_t winograd_block_core_instructions(WinogradRow row, std::int32_t pairs);
// The argument `steps` for rows of so many columns.
std::uint32_t winograd_block_steps(std::int32_t pairs, std::int32_t columns);

}  // namespace mote::codegen
