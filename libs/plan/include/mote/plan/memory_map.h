// Where things lie in the arena: blocks with a life span, and how they are placed.
// A block knows no tensors and no graph, so that strategies can be compared on equal terms.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/plan/kernel_option.h"

namespace mote::plan {

inline constexpr std::int64_t kArenaAlignmentBytes = 16;      // of the arena's start and size, and of scratch
inline constexpr std::int64_t kActivationAlignmentBytes = 4;  // kernels read words

// Bytes that are needed from before step `first_step` until after step `last_step` (both inclusive).
struct Block {
  std::int64_t size_bytes = 0;
  std::int32_t first_step = 0;
  std::int32_t last_step = 0;
  std::int64_t offset_bytes = 0;  // from the arena's start, a multiple of alignment_bytes
  std::int64_t alignment_bytes = kArenaAlignmentBytes;

  bool lives_with(const Block& other) const { return first_step <= other.last_step && other.first_step <= last_step; }
};

// Blocks that live together at one step only, which reads one and writes the other and may do so one over the other.
struct SharedStep {
  std::int32_t read = -1;  // indices of blocks
  std::int32_t written = -1;
  std::int64_t least_distance_bytes = 0;  // of read offset - written offset where they overlap
  std::int64_t multiple_bytes = 1;        // of that distance
};

// Gives each block an offset: largest first (ties by first step, then by index), each into the smallest gap between
// blocks that live at the same time, else behind them. Returns the arena's bytes, a multiple of the alignment. Source:
// Pisarchyk and Lee, "Efficient memory management for deep neural net inference", 2020, greedy by size.
std::int64_t place_by_size(std::span<Block> blocks);

// The same with blocks that may overlap. Tries place_by_size() with chains of blocks that share one address, then
// many orders of greedy placement (largest first, then changed at random from a fixed seed), keeps the best, and stops
// at the lower bound or after a bounded amount of work. `shared` names a pair of blocks at most once.
std::int64_t place(std::span<Block> blocks, std::span<const SharedStep> shared);

// Bytes that two blocks of these sizes save at most by lying over each other.
std::int64_t saved_bytes(const SharedStep& shared, std::int64_t read_bytes, std::int64_t written_bytes);

// Whether blocks that live together lie apart, or as their shared step allows; at multiples of their alignment.
bool is_valid_placement(std::span<const Block> blocks, std::span<const SharedStep> shared);

// The most bytes that live at one step: no placement of these blocks needs less. What shared steps may save is taken
// off in full.
std::int64_t lower_bound_bytes(std::span<const Block> blocks, std::span<const SharedStep> shared = {});

}  // namespace mote::plan
