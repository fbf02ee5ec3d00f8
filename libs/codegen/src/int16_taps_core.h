// The core of kArmDsp for depthwise layers of int16 activations and int8 weights: any window, four channels at a time.
// NHWC in and out.
//
// stream: for each four channels
//   biases   four words
//   weights  for each tap two words of int16 {w_c, w_c+1} {w_c+2, w_c+3}
//   ends     {M} of each channel, int16_end.h
// Where channels are no multiple of four, the second block begins within the first.
//
// Registers of one position: r0 inputs, r1 stream, r2 r3 weights of a tap, r4 … r7 sums, r8 r9 inputs of a tap, r10
// bytes to the next tap of a row, r11 from the end of a row to the next, r12 the same in the stream, lr rows to go.
// 7 instructions for 4 products: LDRD inputs (two LDR where channels are odd), ADD, LDM weights, 4 SMLAxy. The taps of
// a row are unrolled; a row that the input's edge cuts enters them in their midst.
//
// Sums wrap in 32 bits; only their final value, proved by Int16End, must fit.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "int16_end.h"

namespace mote::codegen {

struct Int16TapsCore {
  std::int32_t kernel_w = 3;
  Int16Bounds bounds = Int16Bounds::kInt16;
  bool has_odd_channels = false;
};

// void NAME(const int16_t* input, const uint32_t* stream, int16_t* output, const mote_int16_taps_shape* shape)
std::string int16_taps_core_name(const Int16TapsCore& core);
Core int16_taps_core_text(const Int16TapsCore& core);
std::int64_t int16_taps_core_bytes(const Int16TapsCore& core);
// Of a call. Every output position has a tap inside the input.
std::int64_t int16_taps_core_instructions(const Int16TapsCore& core, const mote_window& window, std::int64_t channels);

// Four channels or more, of weights as the graph has them: [taps][channels].
std::vector<std::uint32_t> int16_taps_stream(std::span<const std::int8_t> weights, const Int16End& end,
                                             std::int64_t taps);
// The argument `shape`, as C text; `stream_end` is a C expression.
std::string int16_taps_shape(const std::string& stream_end, const mote_window& window, const Int16End& end);

inline constexpr std::int64_t kInt16TapsShapeBytes = 64;

}  // namespace mote::codegen
