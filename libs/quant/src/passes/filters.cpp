#include "filters.h"

#include <algorithm>
#include <set>

namespace mote::quant {
namespace {

struct Axis {
  std::int32_t input, kernel, stride, dilation;
};

std::vector<TapRange> tap_ranges(const Axis& axis, graph::Padding padding) {
  const graph::WindowAxis window = window_axis(axis.input, axis.kernel, axis.stride, axis.dilation, padding);
  std::set<TapRange> ranges;
  for (std::int32_t position = 0; position < window.output; ++position) {
    const std::int32_t first = position * axis.stride - window.pad_before;
    const std::int32_t begin = first < 0 ? (-first + axis.dilation - 1) / axis.dilation : 0;
    const std::int32_t end = std::min(axis.kernel, (axis.input - first + axis.dilation - 1) / axis.dilation);
    ranges.insert({begin, end});
  }
  return {ranges.begin(), ranges.end()};
}

bool clips(const std::vector<TapRange>& ranges, std::int32_t taps) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const TapRange& range) { return range.begin > 0 || range.end < taps; });
}

Filters filters_of(const graph::NodeView& node) {
  Filters result;
  result.weights = graph::values<std::int8_t>(*node.inputs[1]);
  if (node.inputs.size() > 2) result.biases = graph::values<std::int32_t>(*node.inputs[2]);
  return result;
}

template <class Op>
void set_window(Filters& filters, const Op& op, const graph::NodeView& node) {
  const graph::Shape& input = node.inputs[0]->shape;
  const graph::Shape& weights = node.inputs[1]->shape;
  filters.tap_rows = weights[1];
  filters.tap_columns = weights[2];
  filters.row_ranges = tap_ranges({input[1], weights[1], op.stride_h, op.dilation_h}, op.padding);
  filters.column_ranges = tap_ranges({input[2], weights[2], op.stride_w, op.dilation_w}, op.padding);
}

}  // namespace

bool Filters::sees_padding() const {
  return clips(row_ranges, tap_rows) || clips(column_ranges, tap_columns);
}

Filters filters(const graph::Conv2d& op, const graph::NodeView& node) {
  Filters result = filters_of(node);
  result.outputs = node.inputs[1]->shape[0];
  result.inputs = node.inputs[1]->shape[3];
  set_window(result, op, node);
  return result;
}

Filters filters(const graph::DepthwiseConv2d& op, const graph::NodeView& node) {
  Filters result = filters_of(node);
  result.outputs = node.inputs[1]->shape[3];
  result.multiplier = result.outputs / node.inputs[0]->shape[3];
  set_window(result, op, node);
  return result;
}

// A dense layer over a map is a window as large as the map: its cells are the taps.
Filters filters(const graph::Dense&, const graph::NodeView& node) {
  Filters result = filters_of(node);
  result.outputs = node.inputs[1]->shape[0];
  result.inputs = graph::channel_count(*node.inputs[0]);
  result.tap_columns = node.inputs[1]->shape[1] / result.inputs;
  result.column_ranges = {{0, result.tap_columns}};
  return result;
}

graph::NodeView view_of(const graph::Graph& graph, const graph::Node& node) {
  graph::NodeView view;
  for (graph::TensorId id : node.inputs) view.inputs.push_back(&graph.tensor(id));
  for (graph::TensorId id : node.outputs) view.outputs.push_back(&graph.tensor(id));
  return view;
}

}  // namespace mote::quant
