// In which order the steps run, for the smallest peak of live bytes.
#pragma once

#include "arena_map.h"
#include "step_graph.h"

namespace mote::plan {

// Exact where no more than most_order_states(steps) sets of done steps have to be kept apart for each count of done
// steps (chains have one, a residual block two or three); beyond it keeps those with the smallest peaks. Ties go to the
// order of the graph.
std::size_t most_order_states(std::size_t steps);

StepOrder given_order(const StepGraph& graph);
StepOrder order_for_peak(const StepGraph& graph);

}  // namespace mote::plan
