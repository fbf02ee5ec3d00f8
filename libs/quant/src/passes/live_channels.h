// Which channels of an int8 graph somebody needs. Private to the passes.
#pragma once

#include <vector>

#include "channel_bounds.h"
#include "mote/graph/channels.h"

namespace mote::quant {

// For each tensor the channels that must stay: the least sets that hold all channels of graph inputs, outputs and
// constants, what a live channel is made of, and what ops demand of the shapes of their tensors. Constant channels
// whose share of the sums fits into the reader's bias are not needed by it. Every input of a live node keeps a channel;
// a tensor without any belongs to a node that can go.
std::vector<graph::ChannelSet> live_channels(const graph::Graph& graph, const std::vector<ChannelBounds>& bounds);

}  // namespace mote::quant
