// How far above its output an input must lie for a kernel that walks plane by plane, row by row, output by output.
#pragma once

#include <cstdint>

#include "mote/runtime/types.h"

namespace mote::codegen {

// Least distance from output to input, a multiple of 4, for a kernel that reads the window of each output just before
// it writes it. Input and output have equal numbers of planes, and the output's are not larger.
std::int64_t window_distance_bytes(const mote_window& window);

}  // namespace mote::codegen
