// The products and the output side of Winograd's F(2×2, 3×3) on kArmDsp: four tiles, 2 rows of 8 outputs, times all
// output channels, two channels at a time.
//
// values: [16][pair of inputs][4 tiles], words of two int16 (winograd_input.h); 512 bytes of room lie behind them.
// stream: for each two channels c, c+1, in the order of use,
//   weights  for each of 16 places and each pair of inputs two words (the pair of channel c, of c+1)
//   ends     of each channel {bias, M, C}, and r behind them in the doubled form
// Output: planes, pitch bytes apart, the two rows `row` bytes apart.
//
// Products, registers: r0 values, r1 stream, r2 r3 two tiles, r4 r5 weights of the two channels, r6 … r12 lr sums: 11
// instructions for 16 products, the sums of a place stored by one STM to the room as [place][2 channels][4 tiles].
// Output side, A^T m A with A^T = {1 1 1 0; 0 1 -1 -1}, two tiles of a channel at a time: r2 … r9 the four outputs of
// both tiles, r10 r11 and r12 lr values of two rows, r0 the room, r1 bias and sums; column by column, 48 additions and
// 17 loads. The bias enters at place (1, 1), which all four outputs contain.
//
// Sums wrap in 32 bits; only their final value, proved by winograd_requantization(), must fit.
#pragma once

#include <cstdint>
#include <string>

#include "requantization.h"

namespace mote::codegen {

inline constexpr std::int64_t kWinogradRoomBytes = 512;

struct WinogradCore {
  std::int32_t pairs = 1;              // of inputs, built in
  EndForm form = EndForm::kPrescaled;  // or kDoubled
  std::int32_t final_shift = 0;        // S of the prescaled form
  bool is_bounded = false;             // bounds other than 0 and 255

  std::int32_t end_words() const { return form == EndForm::kPrescaled ? 3 : 4; }  // of one channel
};

std::string winograd_core_name(const WinogradCore& core);
// void name(uint32_t* values, const uint32_t* stream, uint8_t* output, const mote_winograd_shape* shape).
Core winograd_core_text(const WinogradCore& core);
std::int64_t winograd_core_bytes(const WinogradCore& core);
// Of one call.
std::int64_t winograd_core_instructions(const WinogradCore& core, std::int64_t channel_pairs);

// The fallback and the declaration it starts with.
std::string winograd_declaration(const WinogradCore& core);
std::string winograd_fallback(const WinogradCore& core);

}  // namespace mote::codegen
