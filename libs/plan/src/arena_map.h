// When each value and each scratch lives, and where it is placed.
#pragma once

#include <vector>

#include "mote/plan/memory_map.h"
#include "step_graph.h"

namespace mote::plan {

using StepOrder = std::vector<std::int32_t>;  // indices of steps as they run

struct Arena {
  std::vector<Block> blocks;  // values first (same index), then scratch in the order of the steps that have any
  std::vector<SharedStep> shared;
  std::int64_t bytes = 0;
  std::int64_t lower_bound_bytes = 0;
};

// Life spans and what may overlap; not placed yet. Fills lower_bound_bytes.
Arena live_blocks(const StepGraph& steps, const StepOrder& order);

// The same, placed.
Arena map_arena(const StepGraph& steps, const StepOrder& order);

}  // namespace mote::plan
