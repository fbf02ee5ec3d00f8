// Sums of two tensors whose end is four instructions on kArmDsp: SMMLAR, ADD with the sign, ADD, USAT or SSAT with
// shift.
//
// For M in [2^30, 2^31), SMMLAR(s, 2M mod 2^32, s) = floor((s·M + 2^30) / 2^31) for every s: the word 2M - 2^32 is
// negative by 2^32 less, which adding s to the upper word makes good. With r >= 1, (y + (y >> 31) + 2^(r-1)) >> r
// rounds half away from zero; the zero point times 2^r is added before the shift, which changes nothing else.
#pragma once

#include <cstdint>

#include "generator.h"
#include "mote/runtime/kernels/mote_add_s8.h"

namespace mote::codegen {

// What an operand of this value (int8) adds to the sum: the runtime's arithmetic.
std::int32_t scaled_operand(std::int32_t value, std::int32_t offset, const mote_scaling& scaling);

// The parameters of such a sum: r >= 1, no sum leaves int32 (|y| + 2^(r-1) + 255·2^r is checked for the greatest
// operands), no bounds beyond the byte's own. Null for other layers and sets.
const mote_add_s8_params* exact_add(const Layer& layer);

// What is added before the shift: half of the last place, and the zero point as stored.
std::int32_t add_end_addend(const mote_add_s8_params& params, plan::Layout layout);

}  // namespace mote::codegen
