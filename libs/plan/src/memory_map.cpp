#include "mote/plan/memory_map.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "align.h"

namespace mote::plan {
namespace {

std::int64_t arena_aligned(std::int64_t bytes) {
  return round_up(bytes, kArenaAlignmentBytes);
}

// The offset of the smallest gap that holds `block` between the neighbours, which ascend by offset; behind all of them
// if no gap does.
std::int64_t best_fit(const Block& block, const std::vector<const Block*>& neighbours) {
  std::int64_t best = -1;
  std::int64_t best_gap = std::numeric_limits<std::int64_t>::max();
  std::int64_t end = 0;
  for (const Block* neighbour : neighbours) {
    const std::int64_t gap = neighbour->offset_bytes - end;
    if (gap >= arena_aligned(block.size_bytes) && gap < best_gap) {
      best = end;
      best_gap = gap;
    }
    end = std::max(end, neighbour->offset_bytes + arena_aligned(neighbour->size_bytes));
  }
  return best < 0 ? end : best;
}

bool allows(const SharedStep& shared, const Block& read, const Block& written) {
  const std::int64_t distance = read.offset_bytes - written.offset_bytes;
  return distance >= shared.least_distance_bytes && distance % shared.multiple_bytes == 0;
}

bool overlap(const Block& a, const Block& b) {
  return a.offset_bytes < b.offset_bytes + b.size_bytes && b.offset_bytes < a.offset_bytes + a.size_bytes;
}

// The shared steps of two blocks: whether there is any, and whether all allow where the blocks lie.
bool may_overlap(std::span<const Block> blocks, std::span<const SharedStep> shared, std::int32_t a, std::int32_t b) {
  bool any = false;
  for (const SharedStep& step : shared) {
    const bool theirs = (step.read == a && step.written == b) || (step.read == b && step.written == a);
    if (!theirs) continue;
    const Block& read = blocks[static_cast<std::size_t>(step.read)];
    if (!allows(step, read, blocks[static_cast<std::size_t>(step.written)])) return false;
    any = true;
  }
  return any;
}

// Live bytes at a step, less what its shared blocks may save. No two neighbours in memory are nearer than `alignment`
// allows.
std::int64_t least_live_bytes(std::span<const Block> blocks, std::span<const SharedStep> shared, std::int32_t step,
                              std::int64_t alignment) {
  std::int64_t live = 0;
  for (const Block& block : blocks) {
    if (block.first_step <= step && step <= block.last_step) live += round_up(block.size_bytes, alignment);
  }
  std::int64_t saved = 0;
  std::int64_t written_bytes = 0;
  for (const SharedStep& one : shared) {
    const Block& written = blocks[static_cast<std::size_t>(one.written)];
    if (written.first_step != step) continue;
    const std::int64_t read = blocks[static_cast<std::size_t>(one.read)].size_bytes;
    const std::int64_t joint = read + written.size_bytes - saved_bytes(one, read, written.size_bytes);
    written_bytes = round_up(written.size_bytes, alignment);
    saved += round_up(read, alignment) + written_bytes - round_up(joint, alignment);
  }
  return live - std::min(saved, written_bytes);
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
    arena_bytes = std::max(arena_bytes, block.offset_bytes + arena_aligned(block.size_bytes));
  }
  return arena_bytes;
}

bool is_valid_placement(std::span<const Block> blocks, std::span<const SharedStep> shared) {
  for (std::size_t a = 0; a < blocks.size(); ++a) {
    if (blocks[a].offset_bytes < 0 || blocks[a].offset_bytes % blocks[a].alignment_bytes != 0) return false;
    for (std::size_t b = 0; b < a; ++b) {
      if (!blocks[a].lives_with(blocks[b]) || !overlap(blocks[a], blocks[b])) continue;
      if (!may_overlap(blocks, shared, static_cast<std::int32_t>(a), static_cast<std::int32_t>(b))) return false;
    }
  }
  return true;
}

std::int64_t saved_bytes(const SharedStep& shared, std::int64_t read_bytes, std::int64_t written_bytes) {
  // Between 0 and this distance the smaller lies inside the larger.
  const std::int64_t inside = written_bytes - read_bytes;
  const std::int64_t distance =
      round_up(std::max(shared.least_distance_bytes, std::min<std::int64_t>(0, inside)), shared.multiple_bytes);
  const std::int64_t joint =
      distance >= 0 ? std::max(distance + read_bytes, written_bytes) : std::max(read_bytes, written_bytes - distance);
  return std::max<std::int64_t>(0, read_bytes + written_bytes - joint);
}

std::int64_t lower_bound_bytes(std::span<const Block> blocks, std::span<const SharedStep> shared) {
  std::int64_t most = 0;
  std::int64_t alignment = kArenaAlignmentBytes;
  for (const Block& block : blocks) alignment = std::min(alignment, block.alignment_bytes);
  // The live bytes can only rise where a block begins.
  for (const Block& block : blocks)
    most = std::max(most, least_live_bytes(blocks, shared, block.first_step, alignment));
  return arena_aligned(most);
}

}  // namespace mote::plan
