// Channels of activations: what ops demand of them, and graphs that do without some of them.
//
// A channel is one index of the last axis of an activation. Used by whoever makes a network narrower: removal of
// constant channels (quant), structured pruning (trainer).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::graph {

// One flag for each channel of a tensor: it stays.
using ChannelSet = std::vector<bool>;

bool any_channel(const ChannelSet& channels);
// Indices of the channels that stay, ascending.
std::vector<std::int32_t> kept_indices(const ChannelSet& channels);

// Extent of the last axis; 1 for a scalar.
std::int32_t channel_count(const Tensor& tensor);

// Is told what one node demands.
class ChannelRules {
 public:
  virtual ~ChannelRules() = default;
  // Both stay or both go.
  virtual void tie(TensorId a, std::size_t channel_a, TensorId b, std::size_t channel_b) = 0;
  // Stays.
  virtual void keep(TensorId tensor, std::size_t channel) = 0;
};

// Convolutions and dense layers demand nothing: their inputs and outputs are free of each other. A depthwise layer ties
// each input to its outputs (over a single input channel every output is on its own); element-wise ops, pools and batch
// norms tie equal channels, concat and reshape those that become each other; softmax, and a mean over channels, keep
// all.
void channel_rules(const Graph& graph, const Node& node, ChannelRules& rules);

// The constant at `indices` of one axis, with the scales that belong to them. Without values it stays without.
Tensor select(const Tensor& constant, std::size_t axis, std::span<const std::int32_t> indices);

// The graph with the channels of each activation that `kept` names, by tensor (entries of constants are not read):
// weights, biases and the four vectors of batch norms are cut, reshapes get their shapes. Nodes without a channel left
// go. The sets must hold what channel_rules() demands of them, and all channels of the graph's inputs and outputs. What
// a channel that goes contributed is lost. `renamed` receives the new id of each tensor, -1 for those that went.
Graph keep_channels(const Graph& graph, std::span<const ChannelSet> kept, std::vector<TensorId>& renamed);

}  // namespace mote::graph
