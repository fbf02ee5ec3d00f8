// Which channels of a graph go together, and the graph without some of them. Private to structured pruning.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/graph/channels.h"

namespace mote::trainer {

struct Channel {
  graph::TensorId tensor = -1;
  std::int32_t index = 0;
};

// Channels that stay or go together, ascending by tensor.
using ChannelUnit = std::vector<Channel>;

// Units of the same tensors.
struct ChannelGroup {
  std::string layer;  // the first convolution, depthwise or dense layer that makes them
  std::vector<ChannelUnit> units;
};

// The groups whose units may go, in the order of their layers. Channels of the graph's inputs and outputs, those that
// an op needs whole, and those of the layers named in `keep_layers` are in none. Errors: kNotFound for a name that no
// layer with weights has.
std::vector<ChannelGroup> channel_groups(const graph::Graph& graph, const std::vector<std::string>& keep_layers);

// The graph without these units. Errors: those of graph::verify, for kTrain.
graph::Graph without_units(const graph::Graph& graph, const std::vector<const ChannelUnit*>& units);

// Convolution, depthwise and dense layers: input 1 holds their weights, and they alone make channels.
bool makes_channels(const graph::Op& op);

}  // namespace mote::trainer
