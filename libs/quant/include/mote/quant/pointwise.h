// Dense layers as 1×1 convolutions.
//
// The same sums and the same layer, but other interpreters agree on it: LiteRT's reference kernel of FULLY_CONNECTED
// rounds once where TensorFlow Lite Micro rounds twice (about 0.1 % of the values differ by one unit), while both round
// a convolution twice. A convolution also has a scale for each output, which every TFLM reads. Run it on the folded
// graph, before calibration.
#pragma once

#include "mote/graph/graph.h"

namespace mote::quant {

// kFloat → kFloat: each dense layer becomes a 1×1 convolution over [1,1,1,inputs] and a reshape to [1,outputs].
// Reshapes are added only where the input is not such a map already; those that became useless are dropped.
graph::Graph dense_to_pointwise(const graph::Graph& graph);

}  // namespace mote::quant
