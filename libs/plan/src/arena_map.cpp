#include "arena_map.h"

#include <algorithm>

namespace mote::plan {
namespace {

Block new_block(std::int64_t size_bytes, std::int32_t step, std::int64_t alignment_bytes) {
  Block block;
  block.size_bytes = size_bytes;
  block.first_step = step;
  block.last_step = step;
  block.alignment_bytes = alignment_bytes;
  return block;
}

void find_lives(const StepGraph& graph, const StepOrder& order, std::vector<Block>& blocks) {
  for (const Value& value : graph.values) blocks.push_back(new_block(value.size_bytes, 0, kActivationAlignmentBytes));
  for (std::size_t at = 0; at < order.size(); ++at) {
    const StepDraft& step = graph.steps[static_cast<std::size_t>(order[at])];
    const auto now = static_cast<std::int32_t>(at);
    for (std::int32_t value : step.reads) blocks[static_cast<std::size_t>(value)].last_step = now;
    for (std::int32_t value : step.writes) {
      blocks[static_cast<std::size_t>(value)].first_step = now;
      blocks[static_cast<std::size_t>(value)].last_step = now;
    }
  }
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (graph.values[i].is_carried) blocks[i].first_step = 0;
    if (graph.values[i].is_output || graph.values[i].is_carried)
      blocks[i].last_step = static_cast<std::int32_t>(order.size());
  }
}

// A step may write over what it is the last to read.
void find_shared(const StepGraph& graph, const StepOrder& order, Arena& arena) {
  for (std::size_t at = 0; at < order.size(); ++at) {
    const StepDraft& step = graph.steps[static_cast<std::size_t>(order[at])];
    for (const StepOverlap& overlap : step.overlaps) {
      if (arena.blocks[static_cast<std::size_t>(overlap.read)].last_step != static_cast<std::int32_t>(at)) continue;
      arena.shared.push_back({overlap.read, step.writes.front(), overlap.least_distance_bytes, overlap.multiple_bytes});
    }
  }
}

}  // namespace

Arena live_blocks(const StepGraph& graph, const StepOrder& order) {
  Arena arena;
  find_lives(graph, order, arena.blocks);
  find_shared(graph, order, arena);
  for (std::size_t at = 0; at < order.size(); ++at) {
    const std::int64_t scratch_bytes = graph.steps[static_cast<std::size_t>(order[at])].option.scratch_bytes;
    if (scratch_bytes > 0)
      arena.blocks.push_back(new_block(scratch_bytes, static_cast<std::int32_t>(at), kArenaAlignmentBytes));
  }
  arena.lower_bound_bytes = lower_bound_bytes(arena.blocks, arena.shared);
  return arena;
}

Arena map_arena(const StepGraph& graph, const StepOrder& order) {
  Arena arena = live_blocks(graph, order);
  arena.bytes = place(arena.blocks, arena.shared);
  return arena;
}

}  // namespace mote::plan
