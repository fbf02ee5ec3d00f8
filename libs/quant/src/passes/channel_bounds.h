// Which values each channel of an int8 graph can take, over all inputs of the network. Private to the passes.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::quant {

// Raw int8 values, both inclusive.
struct Bounds {
  std::int32_t low = -128;
  std::int32_t high = 127;

  bool constant() const { return low == high; }
  void include(const Bounds& other) {
    low = other.low < low ? other.low : low;
    high = other.high > high ? other.high : high;
  }
};

// One for each index of the last axis.
using ChannelBounds = std::vector<Bounds>;

// For each tensor the bounds of its channels: of graph inputs the whole range, of int8 constants what they hold, of the
// other constants nothing. Bounds enclose all values: sums are taken exactly, requantization is monotone. Values of
// different channels and cells count as independent. The graph has been verified for kInt8.
std::vector<ChannelBounds> channel_bounds(const graph::Graph& graph);

}  // namespace mote::quant
