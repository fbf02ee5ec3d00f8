// Where things lie in the arena: blocks with a life span, and how they are placed.
// A block knows no tensors and no graph, so that other strategies (ordering search, overlap, patches) can be put beside
// place_by_size() and compared on equal terms.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mote::plan {

inline constexpr std::int64_t kArenaAlignmentBytes = 16;

// Bytes that are needed from before step `first_step` until after step `last_step` (both inclusive).
struct Block {
  std::int64_t size_bytes = 0;
  std::int32_t first_step = 0;
  std::int32_t last_step = 0;
  std::int64_t offset_bytes = 0;  // from the arena's start, a multiple of kArenaAlignmentBytes

  bool lives_with(const Block& other) const { return first_step <= other.last_step && other.first_step <= last_step; }
};

// Gives each block an offset: largest first (ties by first step, then by index), each into the smallest gap between
// blocks that live at the same time, else behind them. Returns the arena's bytes, a multiple of the alignment. Source:
// Pisarchyk and Lee, "Efficient memory management for deep neural net inference", 2020, greedy by size.
std::int64_t place_by_size(std::span<Block> blocks);

// The most bytes that live at one step, sizes rounded up to the alignment: no placement of these blocks needs less.
std::int64_t lower_bound_bytes(std::span<const Block> blocks);

}  // namespace mote::plan
