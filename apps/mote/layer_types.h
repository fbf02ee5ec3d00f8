// Types of weights, layer by layer, as a table on the terminal.
#pragma once

#include <vector>

#include "mote/pipeline/report_types.h"

namespace mote::app {

// Each layer with its type and the divergence of each type that it could have; nothing without layers.
void print_layer_types(const std::vector<pipeline::LayerTypes>& layers);

}  // namespace mote::app
