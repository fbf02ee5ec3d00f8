// The runtime's kernel for a node as an option among others.
#pragma once

#include "lowering.h"

namespace mote::plan {

// Instructions are counted from the loops that arm-none-eabi-gcc 12 makes at -O2 for Cortex-M4, to within about 25 %.
KernelOption portable_option(const graph::Graph& graph, const graph::Node& node, const Lowered& lowered);

}  // namespace mote::plan
