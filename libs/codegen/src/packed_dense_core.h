// The vector core of kArmDsp for many products: one vector of bytes, widened once into scratch, times four outputs at a
// time, two int8 weights in a halfword.
//
// stream: for each block of four outputs 0 … 3
//   biases   {256·b1 + b0, b0, 256·b3 + b2, b2}
//   weights  for each four inputs four words, halves 256·w1 + w0: inputs 0,2 of outputs 0,1; of outputs 2,3; inputs 1,3
//            of outputs 0,1; of outputs 2,3
//   ends     where channels differ, of each output {M, C}, and r behind them in the doubled form; a layer of one scale
//            has them in its shape, once
// The first block may be followed by one that begins less than four outputs later, so that any number >= 4 of outputs
// is whole blocks.
//
// Registers: r0 patch, r1 stream, r2 r3 r12 lr eight inputs as int16 (0,2; 1,3; 4,6; 5,7), r4 … r7 weights, r8 … r11
// sums. The raw word multiplies into 256·S1 + S0, one SXTB16 gives S0's operand, a SUB at the end leaves 256·S1: LDM of
// the inputs, twice {LDM of the weights, 4 SXTB16, 8 SMLAD} are 27 instructions for 32 products, 111 for 128 with the
// loop over 32 inputs. Inputs behind the last 32 come four at a time. Sums wrap in 32 bits; only their final value,
// proved by Requantization, must fit.
// Reads the inputs by words: up to three bytes behind the last, whose weights are 0.
#pragma once

#include <cstdint>
#include <string>

#include "dense_core.h"
#include "requantization.h"

namespace mote::codegen {

enum class Ends : std::uint8_t { kOfEachOutput, kCommon };

struct PackedDenseCore {
  ByteKind input = ByteKind::kSigned;
  Ends ends = Ends::kOfEachOutput;
  EndForm form = EndForm::kPrescaled;
  std::int32_t final_shift = 0;  // S of the prescaled form
  bool is_bounded = false;

  // What the table's C is less than Requantization's: int8 saturates as such, where it needs no other bounds.
  std::int32_t addend_offset() const { return is_bounded ? 0 : 128; }
};

struct PackedDenseShape {
  std::string stream_end;  // a C expression
  std::int64_t inputs = 0;
  std::int64_t first_step = 4;  // outputs from the first block to the second
};

std::string packed_dense_core_name(const PackedDenseCore& core);
// void name(const void* input, const uint32_t* stream, int8_t* output, const mote_packed_dense_shape* shape,
// uint32_t* patch); patch: packed_dense_patch_bytes(). The output may lie over the input.
Core packed_dense_core_text(const PackedDenseCore& core);
std::int64_t packed_dense_core_bytes(const PackedDenseCore& core);
// Of one call.
std::int64_t packed_dense_core_instructions(const PackedDenseCore& core, std::int64_t inputs, std::int64_t blocks);
std::int64_t packed_dense_patch_bytes(std::int64_t inputs);
// The argument `shape` as C text.
std::string packed_dense_shape(const PackedDenseCore& core, const PackedDenseShape& shape, const Requantization& form);

}  // namespace mote::codegen
