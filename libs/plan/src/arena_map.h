// Which activations share a block of the arena, and how long each block lives.
#pragma once

#include <vector>

#include "lowering.h"
#include "mote/plan/plan.h"

namespace mote::plan {

// Fills placements, blocks, arena sizes and scratch offsets of a plan whose graph and steps are set. `lowered` has one
// entry for each step.
void map_arena(Plan& plan, const std::vector<Lowered>& lowered, Reuse reuse);

}  // namespace mote::plan
