// What fills the patch of int16_core.h: the window of one output position, run by run, zeros where it lies outside; or
// four positions that follow each other, where a window is one cell.
#pragma once

#include <cstdint>

#include "windowed_layer.h"

namespace mote::codegen {

// void mote_int16_gather(const mote_window* window, int32_t channels, const int16_t* input, int32_t position,
//     int16_t* patch, int32_t step)
// `patch` is where this position begins in a patch of step/2 positions.
Core int16_gather();
inline constexpr std::int64_t kInt16GatherBytes = 636;
// Of all positions from `first` on, calls included.
std::int64_t int16_gather_instructions(const WindowedLayer& layer, std::int64_t first);

// void mote_int16_interleave(const int16_t* input, int16_t* patch, uint32_t pairs, uint32_t step_bytes)
// Four cells of 2·pairs values, step_bytes apart; for inputs of an even number of channels.
//
// Registers: r0 r3 r6 r7 the cells, r1 patch, r2 pairs to go, r4 r5 r8 r9 a pair of each cell, r10 r11 r12 lr the next:
// 8 instructions for 16 values.
Core int16_interleave();
std::int64_t int16_interleave_bytes();
std::int64_t int16_interleave_instructions(std::int64_t pairs);  // of one call

}  // namespace mote::codegen
