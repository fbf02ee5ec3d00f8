// Channels of an int8 graph whose output cannot vary, and their removal: the last pass before a graph is lowered for a
// device. What the desktop reports keeps the whole graph; channel_records and restore() lead from one to the other.
//
// A channel is one index of the last axis of an activation. It goes when nobody needs its values: every reader either
// has only zero weights for it, or its value is proved constant and its share of the sums moved into the reader's bias.
// The proof is exact interval propagation over all inputs of the network. Not a way to make a network smaller that is
// not exact already: that is pruning.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::quant {

// What became of the channels of one activation of the original graph.
struct ChannelRecord {
  graph::TensorId tensor = -1;                       // in the smaller graph; -1: nothing of it is left
  std::vector<std::int32_t> kept;                    // channels that are left, ascending
  std::vector<std::optional<std::int8_t>> constant;  // for each original channel: its value, where it cannot vary
};

struct WithoutConstantChannels {
  graph::Graph graph;                  // kInt8; the same inputs, and the same output bytes for every input
  std::vector<ChannelRecord> records;  // one for each tensor of the original graph; those of constants are empty
};

// kInt8 → kInt8. Inputs and outputs of the graph keep all their channels; every tensor that stays keeps at least one.
// A channel stays where its reader needs it whole: under padding when its value is not the zero point (border sums
// differ), beside a live channel of a sum, or when a bias would leave 32 bits. A graph with int16 activations stays as
// it is: the proof is of int8 arithmetic. Errors: kInvalid from graph::verify.
WithoutConstantChannels remove_constant_channels(const graph::Graph& graph);

// Writes into `original` (all elements of the original tensor) what is known of it: the channels kept, from `kept` (the
// elements of the tensor that is left, empty for none), and the constant ones. Channels that were removed because
// nobody reads them are left as they are. Sizes must fit the record (asserted).
void restore(const ChannelRecord& record, std::span<const std::int8_t> kept, std::span<std::int8_t> original);

}  // namespace mote::quant
