// Starting values for the weights of a graph.
#pragma once

#include <cstdint>

#include "mote/graph/graph.h"

namespace mote::trainer {

// Fills the constants of a kTrain graph that have no values yet; those that have some stay as they are (a network
// trained before goes on from where it was).
//   convolution, depthwise, dense weights   normal, variance 2/fan_in (He et al. 2015)
//   dense weights read by a softmax         uniform in ±sqrt(6/(fan_in + fan_out)) (Glorot and Bengio 2010)
//   biases, betas, moving means             0
//   gammas, moving variances                1
// Each tensor draws from a stream of its own, named by the seed and the tensor's name: adding a layer leaves the
// others' values alone. Errors: those of verify(); kUnsupported for an empty constant that is no parameter of its op.
graph::Graph initialize(const graph::Graph& graph, std::uint64_t seed);

}  // namespace mote::trainer
