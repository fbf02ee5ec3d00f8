// A network of the same answers whose channels are unequally loud: what per-tensor grids of activations are worst at,
// and real networks sometimes are after batch norms were folded. For trying repairs and for their tests.
#pragma once

#include <cstdint>

#include "mote/graph/graph.h"

namespace mote::quant {

// kFloat → kFloat. Each channel between two weighted layers is made quieter by 2^u, u uniform in [-octaves, 0], and the
// next layer's weights make up for it: exact but for rounding, except that a channel behind a ReLU6 that it would have
// reached does so no more. Errors: kInvalid for octaves outside [0, 16]; 0 gives the graph itself.
graph::Graph make_unequal(const graph::Graph& graph, double octaves, std::uint64_t seed);

}  // namespace mote::quant
