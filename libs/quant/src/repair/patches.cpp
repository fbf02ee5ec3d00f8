#include "repair/patches.h"

#include <algorithm>

namespace mote::quant {
namespace {

using Axis = Patches::Axis;

struct Geometry {
  Axis h, w;
};

Axis axis_of(std::int32_t input, std::int32_t kernel, std::int32_t stride, std::int32_t dilation,
             graph::Padding padding) {
  const graph::WindowAxis window = graph::window_axis(input, kernel, stride, dilation, padding);
  return {input, window.output, kernel, stride, dilation, window.pad_before};
}

template <class Op>
Geometry window_geometry(const Op& op, const graph::Shape& x, const graph::Shape& weights) {
  return {axis_of(x[1], weights[1], op.stride_h, op.dilation_h, op.padding),
          axis_of(x[2], weights[2], op.stride_w, op.dilation_w, op.padding)};
}

Geometry geometry(const graph::Conv2d& op, const graph::Shape& x, const graph::Shape& weights) {
  return window_geometry(op, x, weights);
}

Geometry geometry(const graph::DepthwiseConv2d& op, const graph::Shape& x, const graph::Shape& weights) {
  return window_geometry(op, x, weights);
}

// A dense layer reads its whole input at one place.
template <class Op>
Geometry geometry(const Op&, const graph::Shape&, const graph::Shape&) {
  return {};
}

constexpr std::int64_t kMostValues = 1 << 21;
constexpr std::int64_t kMostRows = 4096;

}  // namespace

Patches::Patches(const graph::Graph& graph, const graph::Node& node, std::int64_t samples, std::int64_t most_rows) {
  const graph::Tensor& x = graph.tensor(node.inputs[0]);
  const graph::Shape& weights = graph.tensor(node.inputs[1]).shape;
  const Geometry found = std::visit([&](const auto& op) { return geometry(op, x.shape, weights); }, node.op);
  h_ = found.h;
  w_ = found.w;
  const bool dense = std::holds_alternative<graph::Dense>(node.op);
  channels_ = dense ? static_cast<std::int32_t>(x.elements()) : x.shape.back();
  width_ =
      static_cast<std::size_t>(h_.kernel) * static_cast<std::size_t>(w_.kernel) * static_cast<std::size_t>(channels_);
  places_ = static_cast<std::int64_t>(h_.output) * w_.output;
  places_taken_ = std::clamp<std::int64_t>(most_rows / std::max<std::int64_t>(1, samples), 1, places_);
}

void Patches::add(std::span<const float> inputs) {
  const auto elements =
      static_cast<std::size_t>(h_.input) * static_cast<std::size_t>(w_.input) * static_cast<std::size_t>(channels_);
  for (std::size_t first = 0; first < inputs.size(); first += elements) {
    for (std::int64_t i = 0; i < places_taken_; ++i)
      add_place(inputs.subspan(first, elements), i * places_ / places_taken_);
  }
}

void Patches::add_place(std::span<const float> sample, std::int64_t place) {
  const auto top = static_cast<std::int32_t>(place / w_.output) * h_.stride - h_.pad_before;
  const auto left = static_cast<std::int32_t>(place % w_.output) * w_.stride - w_.pad_before;
  for (std::int32_t i = 0; i < h_.kernel * w_.kernel; ++i) {
    const std::int32_t y = top + i / w_.kernel * h_.dilation;
    const std::int32_t x = left + i % w_.kernel * w_.dilation;
    const bool inside = y >= 0 && y < h_.input && x >= 0 && x < w_.input;
    if (!inside) {
      values_.insert(values_.end(), static_cast<std::size_t>(channels_), 0.0F);
      continue;
    }
    const std::int64_t first = (std::int64_t{y} * w_.input + x) * channels_;
    const auto cell = sample.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(channels_));
    values_.insert(values_.end(), cell.begin(), cell.end());
  }
}

Patches patches_of(const graph::Graph& graph, std::size_t index, const MeasuringSet& set,
                   const graph::FloatRunner::Editor& edit) {
  graph::Graph cut = graph;
  cut.nodes.resize(index + 1);
  cut.outputs = {cut.nodes.back().outputs[0]};
  const graph::Node& node = cut.nodes.back();
  const auto width = Patches(graph, node, 1, 1).width();
  const std::int64_t rows = std::clamp<std::int64_t>(kMostValues / static_cast<std::int64_t>(width), 64, kMostRows);
  Patches patches(graph, node, set.samples, rows);
  run_groups(cut, set, [&](graph::TensorId id, std::span<float> values) {
    edit(id, values);
    if (id == node.inputs[0]) patches.add(values);
  });
  return patches;
}

}  // namespace mote::quant
