// The routine that moves bytes between planes.
#pragma once

#include "mote/codegen/layer_kernels.h"

namespace mote::codegen {

// mote_copy_bytes: rows of bytes, from one step apart to another; mote_copy_bytes_fill: bytes of one value.
Core copy_core();

// Estimates for a Cortex-M4.
inline constexpr std::int64_t kCopyCoreBytes = 126;
std::int64_t copy_instructions(std::int64_t rows, std::int64_t bytes);
std::int64_t fill_instructions(std::int64_t bytes);

}  // namespace mote::codegen
