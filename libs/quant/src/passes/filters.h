// Convolution, depthwise and dense layers seen as one thing: filters of taps over input channels. Private to the passes
// on int8 graphs.
#pragma once

#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "mote/graph/channels.h"
#include "mote/graph/op_functions.h"

namespace mote::quant {

// Taps [begin, end) of an axis that fall inside the input, for some position of the window.
struct TapRange {
  std::int32_t begin = 0;
  std::int32_t end = 1;

  bool operator<(const TapRange& other) const { return std::tie(begin, end) < std::tie(other.begin, other.end); }
};

struct Filters {
  std::int32_t outputs = 1;
  std::int32_t tap_rows = 1, tap_columns = 1;
  std::int32_t inputs = 1;                       // input channels that one filter reads
  std::int32_t multiplier = 0;                   // depthwise: outputs of each input channel; else 0
  std::vector<TapRange> row_ranges{TapRange{}};  // the different ones of all positions
  std::vector<TapRange> column_ranges{TapRange{}};
  std::span<const std::int8_t> weights;
  std::span<const std::int32_t> biases;  // empty for none

  std::int32_t taps() const { return tap_rows * tap_columns; }
  std::int32_t bias(std::int32_t output) const { return biases.empty() ? 0 : biases[static_cast<std::size_t>(output)]; }
  // `input` counts from 0 to inputs - 1; channel() says which channel of the tensor that is.
  std::int32_t weight(std::int32_t output, std::int32_t tap, std::int32_t input) const {
    const std::int32_t index = multiplier > 0 ? tap * outputs + output : (output * taps() + tap) * inputs + input;
    return weights[static_cast<std::size_t>(index)];
  }
  std::int32_t channel(std::int32_t output, std::int32_t input) const {
    return multiplier > 0 ? output / multiplier : input;
  }
  // Whether some position covers cells outside the input.
  bool sees_padding() const;
};

Filters filters(const graph::Conv2d& op, const graph::NodeView& node);
Filters filters(const graph::DepthwiseConv2d& op, const graph::NodeView& node);
Filters filters(const graph::Dense& op, const graph::NodeView& node);

// Ops that have filters.
template <class Op>
concept Weighted = requires(const Op& op, const graph::NodeView& node) {
  filters(op, node);
};

// A node's tensors at hand.
graph::NodeView view_of(const graph::Graph& graph, const graph::Node& node);

}  // namespace mote::quant
