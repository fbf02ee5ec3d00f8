// What the int8 network itself, run by the runtime's C, makes of each activation. Private to this library.
#pragma once

#include <vector>

#include "ablation.h"

namespace mote::doctor {

struct WholeNoise {
  std::vector<Noise> noise;           // by tensor of the float graph
  std::vector<double> clipped_share;  // of the float values, outside of the grid by more than half a step
};

// `int8_graph` is the quantized form of `reference`, node for node.
WholeNoise whole_noise(const graph::Graph& reference, const graph::Graph& int8_graph, const quant::MeasuringSet& set,
                       ThreadPool& pool);

}  // namespace mote::doctor
