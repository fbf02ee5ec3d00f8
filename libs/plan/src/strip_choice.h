// Whether the first layers run by strips, and how they are cut.
#pragma once

#include <optional>

#include "kernel_choice.h"
#include "strip_plan.h"

namespace mote::plan {

struct StripChoice {
  StripPlan strips;
  Candidate chosen;  // of with_strips_as_node()
};

// Kernels of the whole network with its first layers cut like this; nothing where the limits cannot be kept. `offers`
// are of the nodes of `graph`. Errors: those of plan_strips().
std::optional<StripChoice> choose_with_strips(const graph::Graph& graph, const Offers& offers, const StripCut& cut,
                                              const PlanOptions& options);

// The cut that serves the goal best: with kSize the one with the least sum of flash and RAM (ExchangeRates), else the
// one with the fewest instructions. Nothing where no cut keeps the limits or is worth it. `whole`: the choice without
// strips; null: it does not keep the limits.
std::optional<StripChoice> best_strips(const graph::Graph& graph, const Offers& offers, const PlanOptions& options,
                                       const Candidate* whole);

}  // namespace mote::plan
