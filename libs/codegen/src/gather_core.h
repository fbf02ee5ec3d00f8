// From rows of bytes to the patch of a matrix core: the windows of four positions, run by run.
//
// A run is a stretch of bytes that follow each other in memory: a row of the kernel, all channels (with dilation along
// the width, one tap). `sources` are the four positions' first runs; further runs lie `step` bytes behind the end of
// the one before. Four bytes of a run become two pairs, of bytes 0 and 2 and of bytes 1 and 3; one or two bytes that
// are left become one, three are read as four (gather_slots() says so to the weights; bytes beyond the run have weight
// 0).
//
// Registers: r1 patch, r2 words left in the run, r4 … r7 the four sources, r8 … r11 their words, r0 r3 r12 lr even
// bytes. Four bytes of four positions: 4 LDR, 8 SXTB16 (UXTB16), 2 STM and the loop: 16 instructions for 16 values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dense_core.h"

namespace mote::codegen {

struct GatherRun {
  std::int32_t bytes = 1;
  ByteKind kind = ByteKind::kSigned;

  std::int32_t words() const { return (bytes + 1) / 4; }
  bool has_half() const { return bytes % 4 == 1 || bytes % 4 == 2; }
  std::int32_t pairs() const { return 2 * words() + (has_half() ? 1 : 0); }
  std::int32_t bytes_read() const { return 4 * words() + (has_half() ? 2 : 0); }
};

// Byte of the run for each slot of its pairs; -1: beyond the run.
std::vector<std::int32_t> gather_slots(const GatherRun& run);

std::string gather_core_name(const GatherRun& run);
// uint32_t* name(const uint8_t* const* sources, uint32_t* patch, const mote_gather_shape* shape): the patch's end.
Core gather_core_text(const GatherRun& run);
std::int64_t gather_core_bytes(const GatherRun& run);
// Of one call.
std::int64_t gather_core_instructions(const GatherRun& run, std::int64_t runs);

}  // namespace mote::codegen
