// From planes to the patch of a matrix core: 4 (or 3) positions of all planes as pairs of int16.
//
// r0 planes at the first position, r1 pitch, r2 patch, r3 channels. Two planes a step: LDR, LDR, and of both words the
// even and odd bytes by UXTB16, paired by PKHBT and PKHTB: 11 instructions for 8 values (10 for 6). An odd last channel
// is paired with zeros.
// With 3 positions a word of each plane is read, one byte further than the positions.
#pragma once

#include <cstdint>

#include "mote/codegen/layer_kernels.h"

namespace mote::codegen {

Core expand_core(std::int32_t positions);
std::int64_t expand_core_bytes(std::int32_t positions);
std::int64_t expand_core_instructions(std::int32_t positions, std::int64_t channels);

}  // namespace mote::codegen
