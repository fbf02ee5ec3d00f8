// Which kernel each node runs by.
#pragma once

#include <optional>

#include "arena_map.h"
#include "layout_search.h"
#include "plan_totals.h"
#include "step_graph.h"

namespace mote::plan {

// A choice with what follows from it.
struct Candidate {
  Picks picks;
  StepGraph steps;
  StepOrder order;
  Arena arena;
  Totals totals;
};

// The best candidate for the goal within the limits. `offers` have been checked. Errors: kInvalid when none fits.
Candidate choose_kernels(const graph::Graph& graph, const Offers& offers, const PlanOptions& options);
// The same; nothing when none fits.
std::optional<Candidate> find_kernels(const graph::Graph& graph, const Offers& offers, const PlanOptions& options);

// Order of the steps and arena: the order of the graph unless another needs less.
void lay_out(Candidate& candidate, Reuse reuse);

}  // namespace mote::plan
