#include "mote/plan/memory_map.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

namespace mote::plan {
namespace {

std::int64_t aligned(std::int64_t bytes) {
  return (bytes + kArenaAlignmentBytes - 1) / kArenaAlignmentBytes * kArenaAlignmentBytes;
}

// The offset of the smallest gap that holds `block` between the neighbours, which ascend by offset; behind all of them
// if no gap does.
std::int64_t best_fit(const Block& block, const std::vector<const Block*>& neighbours) {
  std::int64_t best = -1;
  std::int64_t best_gap = std::numeric_limits<std::int64_t>::max();
  std::int64_t end = 0;
  for (const Block* neighbour : neighbours) {
    const std::int64_t gap = neighbour->offset_bytes - end;
    if (gap >= aligned(block.size_bytes) && gap < best_gap) {
      best = end;
      best_gap = gap;
    }
    end = std::max(end, neighbour->offset_bytes + aligned(neighbour->size_bytes));
  }
  return best < 0 ? end : best;
}

}  // namespace

std::int64_t place_by_size(std::span<Block> blocks) {
  std::vector<std::size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (blocks[a].size_bytes != blocks[b].size_bytes) return blocks[a].size_bytes > blocks[b].size_bytes;
    return blocks[a].first_step < blocks[b].first_step;
  });
  std::vector<const Block*> placed;  // ascending by offset
  std::int64_t arena_bytes = 0;
  for (std::size_t index : order) {
    Block& block = blocks[index];
    std::vector<const Block*> neighbours;
    std::copy_if(placed.begin(), placed.end(), std::back_inserter(neighbours),
                 [&](const Block* other) { return other->lives_with(block); });
    block.offset_bytes = best_fit(block, neighbours);
    const auto after = std::find_if(placed.begin(), placed.end(),
                                    [&](const Block* other) { return other->offset_bytes > block.offset_bytes; });
    placed.insert(after, &block);
    arena_bytes = std::max(arena_bytes, block.offset_bytes + aligned(block.size_bytes));
  }
  return arena_bytes;
}

std::int64_t lower_bound_bytes(std::span<const Block> blocks) {
  std::int64_t most = 0;
  for (const Block& at : blocks) {
    // The live bytes can only rise where a block begins.
    std::int64_t live = 0;
    for (const Block& block : blocks) {
      if (block.first_step <= at.first_step && at.first_step <= block.last_step) live += aligned(block.size_bytes);
    }
    most = std::max(most, live);
  }
  return most;
}

}  // namespace mote::plan
