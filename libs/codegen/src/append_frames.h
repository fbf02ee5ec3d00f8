// Frames that a layer keeps from run to run: a window of frames in a place of its own, moved up by the new ones, which
// are written behind (plan::PlanOptions::appends). C on every core. Private to this library; see append_options().
#pragma once

#include <string_view>
#include <vector>

#include "mote/codegen/layer_kernels.h"

namespace mote::codegen {

bool is_append(std::string_view option);
LayerText emit_append(const graph::Graph& graph, const graph::Node& node, const LayerCall& call);

}  // namespace mote::codegen
