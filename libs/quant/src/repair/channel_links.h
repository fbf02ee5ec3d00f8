// Where the channels of one weighted layer are read by the next one, with nothing between them that mixes channels.
// Private to this library.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::quant {

struct ChannelLink {
  std::int32_t producer = -1;  // index of a node with weights
  std::int32_t consumer = -1;  // index of the next one
  bool capped = false;         // a ReLU6 lies between them
};

// Links of the graph in the order of their producers. Between the two lie only pools, means and activations over
// places, paddings with zero and reshapes that keep the channels innermost; nobody else reads a value on the way.
std::vector<ChannelLink> channel_links(const graph::Graph& graph);

// Multiplies what the producer gives by a factor > 0 a channel, and divides what the consumer takes of it.
void scale_link(graph::Graph& graph, const ChannelLink& link, const std::vector<double>& factors);

}  // namespace mote::quant
