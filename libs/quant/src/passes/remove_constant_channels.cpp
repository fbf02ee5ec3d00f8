#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "filters.h"
#include "live_channels.h"
#include "mote/quant/constant_channels.h"

namespace mote::quant {
namespace {

using graph::ChannelSet;
using graph::Graph;
using graph::Node;
using graph::Tensor;
using graph::TensorId;

// Moves what channels of known value add to the sums of a layer into its bias.
class BiasFolder {
 public:
  BiasFolder(const Graph& graph, const std::vector<ChannelBounds>& bounds, const std::vector<ChannelSet>& live)
      : before_(graph), bounds_(bounds), live_(live), after_(graph) {
    for (Node& node : after_.nodes) {
      if (graph::any_channel(live_of(node.outputs[0]))) std::visit([&](const auto& op) { fold(op, node); }, node.op);
    }
  }

  Graph take() { return std::move(after_); }

 private:
  const ChannelSet& live_of(TensorId id) const { return live_[static_cast<std::size_t>(id)]; }

  template <class Op>
  void fold(const Op&, Node&) {}

  template <Weighted Op>
  void fold(const Op& op, Node& node) {
    const Filters all = filters(op, view_of(before_, node));
    if (all.multiplier > 0) return;
    std::vector<std::int32_t> values;
    for (std::int32_t output = 0; output < all.outputs; ++output) {
      values.push_back(folded_bias(all, node.inputs[0], output));
    }
    const auto changed = [&](std::int32_t output) {
      return values[static_cast<std::size_t>(output)] != all.bias(output);
    };
    const std::vector<std::int32_t> outputs = graph::kept_indices(live_of(node.outputs[0]));
    if (std::none_of(outputs.begin(), outputs.end(), changed)) return;
    Tensor bias = node.inputs.size() > 2 ? before_.tensor(node.inputs[2]) : new_bias(all, node);
    bias.data = graph::make_buffer(std::span<const std::int32_t>(values));
    after_.tensors.push_back(std::move(bias));
    node.inputs.resize(3);
    node.inputs[2] = static_cast<TensorId>(after_.tensors.size() - 1);
  }

  // The bias of one filter with what its removed inputs added. Where their value is not known, it has no weights.
  std::int32_t folded_bias(const Filters& all, TensorId input, std::int32_t output) const {
    const std::int32_t zero = before_.tensor(input).quant.zero_points[0];
    std::int64_t bias = all.bias(output);
    for (std::int32_t i = 0; i < all.inputs; ++i) {
      const auto channel = static_cast<std::size_t>(i);
      if (live_of(input)[channel]) continue;
      const std::int64_t value = bounds_[static_cast<std::size_t>(input)][channel].low - zero;
      for (std::int32_t tap = 0; tap < all.taps(); ++tap) bias += all.weight(output, tap, i) * value;
    }
    return static_cast<std::int32_t>(bias);
  }

  Tensor new_bias(const Filters& all, const Node& node) const {
    const Tensor& weights = before_.tensor(node.inputs[1]);
    Tensor bias{before_.node_name(node) + ".bias", graph::DType::kInt32, {all.outputs}, weights.quant, true, nullptr};
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
  ChannelRecord record{renamed, graph::kept_indices(live), {}};
  for (const Bounds& channel : bounds) {
    record.constant.emplace_back();
    if (channel.constant()) record.constant.back() = static_cast<std::int8_t>(channel.low);
  }
  return record;
}

WithoutConstantChannels remove_once(const Graph& graph) {
  const std::vector<ChannelBounds> bounds = channel_bounds(graph);
  const std::vector<ChannelSet> live = live_channels(graph, bounds);
  std::vector<TensorId> renamed;
  WithoutConstantChannels result{keep_channels(BiasFolder(graph, bounds, live).take(), live, renamed), {}};
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
