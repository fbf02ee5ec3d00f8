// Kernels that each node may run by.
#pragma once

#include "layout_search.h"
#include "lowering.h"

namespace mote::plan {

// The portable option of each node that does not append, then those of `options`. Errors: kInvalid, with the layer as
// context, for an option that does not fit its node.
Offers make_offers(const graph::Graph& graph, const std::vector<Lowered>& lowered, const PlanOptions& options);

}  // namespace mote::plan
