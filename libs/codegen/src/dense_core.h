// The vector core of kArmDsp: one vector of bytes times up to four outputs at a time, weights as int8, no scratch.
//
// stream: for each block of outputs their biases; for each four inputs one word of four int8 weights an output; then of
// each output {M, C}, and r behind them in the doubled form (requantization.h, Carrier::kShiftedSum).
//
// Registers: r0 inputs, r1 stream, r2 r3 inputs 0,2 and 1,3 as int16, r4 … r7 weights, r8 … r11 sums, r12 spare, lr end
// of the inputs. Four inputs and four outputs: LDR and two SXTB16 of the inputs, LDM of the weights, for each output
// {SXTB16, SMLAD} of the even and of the odd bytes: 22 instructions for 16 products with the loop.
// Reads the inputs by words: up to three bytes behind the last, whose weights are 0.
#pragma once

#include <cstdint>
#include <string>

#include "requantization.h"

namespace mote::codegen {

enum class ByteKind : std::uint8_t { kSigned, kUnsigned };

struct DenseCore {
  std::int32_t outputs = 4;  // 1 … 4
  ByteKind input = ByteKind::kSigned;
  EndForm form = EndForm::kPrescaled;
  std::int32_t final_shift = 0;  // S of the prescaled form
  bool is_bounded = false;
};

std::string dense_core_name(const DenseCore& core);
// void name(const void* input, const uint32_t* stream, int8_t* output, const mote_dense_shape* shape)
Core dense_core_text(const DenseCore& core);
std::int64_t dense_core_bytes(const DenseCore& core);
// Of one call.
std::int64_t dense_core_instructions(const DenseCore& core, std::int64_t inputs, std::int64_t blocks);
// Words of one block of outputs.
std::int64_t dense_stream_words(const DenseCore& core, std::int64_t inputs);
// The argument `shape` as C text.
std::string dense_shape(const std::string& stream_end, std::int64_t inputs, const Requantization& form);

}  // namespace mote::codegen
