#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "filters.h"
#include "live_channels.h"
#include "mote/quant/constant_channels.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::Node;
using graph::Tensor;
using graph::TensorId;
using Indices = std::vector<std::int32_t>;

Indices indices_of(const ChannelSet& channels) {
  Indices result;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (channels[c]) result.push_back(static_cast<std::int32_t>(c));
  }
  return result;
}

// The constant at `indices` of one axis.
Tensor select(const Tensor& tensor, std::size_t axis, const Indices& indices) {
  const auto extent = static_cast<std::size_t>(tensor.shape[axis]);
  std::size_t inner = static_cast<std::size_t>(size_bytes(tensor.type));
  for (std::size_t i = axis + 1; i < tensor.shape.size(); ++i) inner *= static_cast<std::size_t>(tensor.shape[i]);
  std::vector<std::byte> bytes;
  for (auto outer = tensor.data->begin(); outer != tensor.data->end();
       outer += static_cast<std::ptrdiff_t>(extent * inner)) {
    for (std::int32_t index : indices) {
      const auto begin = outer + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(index) * inner);
      bytes.insert(bytes.end(), begin, begin + static_cast<std::ptrdiff_t>(inner));
    }
  }
  Tensor result = tensor;
  result.shape[axis] = static_cast<std::int32_t>(indices.size());
  result.data = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  if (tensor.quant.axis != static_cast<std::int32_t>(axis)) return result;
  result.quant.scales.clear();
  for (std::int32_t index : indices)
    result.quant.scales.push_back(tensor.quant.scales[static_cast<std::size_t>(index)]);
  result.quant.zero_points.resize(indices.size());
  return result;
}

// Writes the smaller graph node by node.
class Rewriter {
 public:
  Rewriter(const Graph& graph, const std::vector<ChannelBounds>& bounds, const std::vector<ChannelSet>& live)
      : before_(graph), bounds_(bounds), live_(live), after_(graph) {
    after_.nodes.clear();
    for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
      if (!graph.tensors[i].constant && !whole(static_cast<TensorId>(i)))
        after_.tensors[i].shape.back() = static_cast<std::int32_t>(indices_of(live[i]).size());
    }
  }

  void append(const Node& node) {
    after_.nodes.push_back(node);
    std::visit([&](const auto& op) { rewrite(op, after_.nodes.back()); }, node.op);
  }

  Graph take() { return std::move(after_); }

 private:
  const ChannelSet& live(TensorId id) const { return live_[static_cast<std::size_t>(id)]; }
  bool whole(TensorId id) const { return std::find(live(id).begin(), live(id).end(), false) == live(id).end(); }
  TensorId add(Tensor tensor) {
    after_.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(after_.tensors.size() - 1);
  }

  template <class Op>
  void rewrite(const Op&, Node&) {}

  void rewrite(const graph::Reshape&, Node& node) { node.op = graph::Reshape{after_.tensor(node.outputs[0]).shape}; }

  template <Weighted Op>
  void rewrite(const Op& op, Node& node) {
    if (whole(node.inputs[0]) && whole(node.outputs[0])) return;
    const Filters all = filters(op, view_of(before_, node));
    rewrite_bias(all, node);
    const Tensor& weights = before_.tensor(node.inputs[1]);
    const std::size_t output_axis = all.multiplier > 0 ? 3 : 0;
    Tensor selected = select(weights, output_axis, indices_of(live(node.outputs[0])));
    if (all.multiplier == 0) {
      const Indices inputs = weight_inputs(weights.shape.back() / all.inputs, all.inputs, live(node.inputs[0]));
      selected = select(selected, weights.shape.size() - 1, inputs);
    }
    node.inputs[1] = add(std::move(selected));
  }

  // Along the weights' last axis, where a dense layer has the channels of each cell.
  static Indices weight_inputs(std::int32_t cells, std::int32_t channels, const ChannelSet& live) {
    Indices result;
    for (std::int32_t cell = 0; cell < cells; ++cell) {
      for (std::int32_t index : indices_of(live)) result.push_back(cell * channels + index);
    }
    return result;
  }

  // The bias of one filter with what its removed inputs added. Where their value is not known, it has no weights.
  std::int32_t folded_bias(const Filters& all, TensorId input, std::int32_t output) const {
    const std::int32_t zero = before_.tensor(input).quant.zero_points[0];
    std::int64_t bias = all.bias(output);
    for (std::int32_t i = 0; all.multiplier == 0 && i < all.inputs; ++i) {
      const auto channel = static_cast<std::size_t>(i);
      if (live(input)[channel]) continue;
      const std::int64_t value = bounds_[static_cast<std::size_t>(input)][channel].low - zero;
      for (std::int32_t tap = 0; tap < all.taps(); ++tap) bias += all.weight(output, tap, i) * value;
    }
    return static_cast<std::int32_t>(bias);
  }

  void rewrite_bias(const Filters& all, Node& node) {
    const Indices outputs = indices_of(live(node.outputs[0]));
    std::vector<std::int32_t> values;
    for (std::int32_t output : outputs) values.push_back(folded_bias(all, node.inputs[0], output));
    const bool none = std::all_of(values.begin(), values.end(), [](std::int32_t value) { return value == 0; });
    if (node.inputs.size() < 3 && none) return;
    Tensor bias = node.inputs.size() > 2 ? select(before_.tensor(node.inputs[2]), 0, outputs)
                                         : select(new_bias(all, node), 0, outputs);
    bias.data = graph::make_buffer(std::span<const std::int32_t>(values));
    node.inputs.resize(3);
    node.inputs[2] = add(std::move(bias));
  }

  Tensor new_bias(const Filters& all, const Node& node) const {
    const Tensor& weights = before_.tensor(node.inputs[1]);
    Tensor bias{before_.node_name(node) + ".bias", graph::DType::kInt32, {all.outputs}, weights.quant, true, nullptr};
    const std::vector<std::int32_t> zeros(static_cast<std::size_t>(all.outputs), 0);
    bias.data = graph::make_buffer(std::span<const std::int32_t>(zeros));
    for (float& scale : bias.quant.scales) scale *= before_.tensor(node.inputs[0]).quant.scales[0];
    if (bias.quant.per_channel()) bias.quant.axis = 0;
    return bias;
  }

  const Graph& before_;
  const std::vector<ChannelBounds>& bounds_;
  const std::vector<ChannelSet>& live_;
  Graph after_;
};

ChannelRecord record_of(const ChannelBounds& bounds, const ChannelSet& live, TensorId renamed) {
  ChannelRecord record{renamed, indices_of(live), {}};
  for (const Bounds& channel : bounds) {
    record.constant.emplace_back();
    if (channel.constant()) record.constant.back() = static_cast<std::int8_t>(channel.low);
  }
  return record;
}

WithoutConstantChannels remove_once(const Graph& graph) {
  const std::vector<ChannelBounds> bounds = channel_bounds(graph);
  const std::vector<ChannelSet> live = live_channels(graph, bounds);
  Rewriter rewriter(graph, bounds, live);
  for (const Node& node : graph.nodes) {
    if (any_live(live[static_cast<std::size_t>(node.outputs[0])])) rewriter.append(node);
  }
  std::vector<TensorId> renamed;
  WithoutConstantChannels result{compact(rewriter.take(), renamed), {}};
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    const bool constant = graph.tensors[i].constant;
    result.records.push_back(constant ? ChannelRecord{} : record_of(bounds[i], live[i], renamed[i]));
  }
  return result;
}

// The record of two removals, one after the other.
ChannelRecord composed(const ChannelRecord& first, const std::vector<ChannelRecord>& then) {
  if (first.tensor < 0) return first;
  const ChannelRecord& second = then[static_cast<std::size_t>(first.tensor)];
  ChannelRecord result{second.tensor, {}, first.constant};
  for (std::int32_t index : second.kept) result.kept.push_back(first.kept[static_cast<std::size_t>(index)]);
  for (std::size_t i = 0; i < first.kept.size(); ++i) {
    std::optional<std::int8_t>& constant = result.constant[static_cast<std::size_t>(first.kept[i])];
    if (!constant) constant = second.constant[i];
  }
  return result;
}

bool has_int16(const Graph& graph) {
  return std::any_of(graph.tensors.begin(), graph.tensors.end(),
                     [](const Tensor& tensor) { return tensor.type == graph::DType::kInt16; });
}

WithoutConstantChannels unchanged(const Graph& graph) {
  std::vector<TensorId> renamed;
  WithoutConstantChannels result{compact(graph, renamed), {}};
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    ChannelRecord record;
    if (!graph.tensors[i].constant) {
      record.tensor = renamed[i];
      record.constant.resize(static_cast<std::size_t>(channel_count(graph.tensors[i])));
      record.kept.resize(record.constant.size());
      std::iota(record.kept.begin(), record.kept.end(), 0);
    }
    result.records.push_back(std::move(record));
  }
  return result;
}

bool removed_something(const WithoutConstantChannels& step) {
  return std::any_of(step.records.begin(), step.records.end(),
                     [](const ChannelRecord& record) { return record.kept.size() < record.constant.size(); });
}

}  // namespace

WithoutConstantChannels remove_constant_channels(const Graph& graph) {
  verify(graph, graph::Stage::kInt8);
  if (has_int16(graph)) return unchanged(graph);
  WithoutConstantChannels result = remove_once(graph);
  // What is left can allow more: a depthwise layer of one input channel, say, can lose any of its outputs.
  for (bool removed = removed_something(result); removed;) {
    WithoutConstantChannels step = remove_once(result.graph);
    removed = removed_something(step);
    for (ChannelRecord& record : result.records) record = composed(record, step.records);
    result.graph = std::move(step.graph);
  }
  verify(result.graph, graph::Stage::kInt8);
  return result;
}

void restore(const ChannelRecord& record, std::span<const std::int8_t> kept, std::span<std::int8_t> original) {
  const std::size_t channels = record.constant.size();
  assert(original.size() % channels == 0 && kept.size() == original.size() / channels * record.kept.size());
  for (std::size_t i = 0; i < original.size(); ++i) {
    const std::optional<std::int8_t>& constant = record.constant[i % channels];
    if (constant) original[i] = *constant;
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const std::size_t cell = i / record.kept.size();
    original[cell * channels + static_cast<std::size_t>(record.kept[i % record.kept.size()])] = kept[i];
  }
}

}  // namespace mote::quant
