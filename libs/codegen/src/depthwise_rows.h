// How a row of a 3×3 depthwise plane kernel is cut into blocks, and the assembly of those blocks.
//
// A block loads one word of four neighbouring columns from each of three input rows and computes the outputs that these
// columns complete: two at stride 1 (three at an edge), two at stride 2 (the last column as a single byte). A row is a
// list of blocks; equal blocks of a long row become a loop.
#pragma once

#include <cstdint>
#include <vector>

#include "assembly.h"
#include "depthwise_end.h"
#include "mote/runtime/types.h"

namespace mote::codegen {

// Columns column … column + 3, and column + 4 where `extra_byte`; outputs first … first + count - 1.
struct RowBlock {
  std::int32_t column = 0;
  std::int32_t first = 0;
  std::int32_t count = 0;
  bool extra_byte = false;
};

// Wants a kernel of 3×3, a stride of 1 or 2, padding of at most 1 (asserted).
std::vector<RowBlock> row_blocks(const mote_window& window);

// Rows of one plane that share a set of weights: those at the top edge, in between, and at the bottom edge.
struct RowCounts {
  std::int32_t top = 0;
  std::int32_t inner = 0;
  std::int32_t bottom = 0;

  std::int32_t sets() const { return (top > 0 ? 1 : 0) + (inner > 0 ? 1 : 0) + (bottom > 0 ? 1 : 0); }
};
RowCounts row_counts(const mote_window& window);

// Least distance from output to input (bytes, a multiple of 4) at which no byte is written before it was last read.
std::int64_t least_distance_bytes(const mote_window& window);

// Assembly of a whole plane kernel with its counts.
struct PlaneKernel {
  Assembly assembly;
  std::int64_t plane_instructions = 0;  // of one plane, the call included
};
PlaneKernel plane_kernel(const mote_window& window, const DepthwiseEnd& end);

}  // namespace mote::codegen
