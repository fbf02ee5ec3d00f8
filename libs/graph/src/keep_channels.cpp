#include <algorithm>
#include <utility>

#include "mote/graph/channels.h"

namespace mote::graph {
namespace {

using Indices = std::vector<std::int32_t>;

// Writes the narrower graph node by node.
class Rewriter {
 public:
  Rewriter(const Graph& graph, std::span<const ChannelSet> kept) : before_(graph), kept_(kept), after_(graph) {
    after_.nodes.clear();
    for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
      const auto id = static_cast<TensorId>(i);
      if (graph.tensors[i].constant || whole(id) || !any_channel(kept_[i])) continue;
      after_.tensors[i].shape.back() = static_cast<std::int32_t>(indices(id).size());
    }
  }

  void append(const Node& node) {
    after_.nodes.push_back(node);
    std::visit([&](const auto& op) { rewrite(op, after_.nodes.back()); }, node.op);
  }

  Graph take() { return std::move(after_); }

 private:
  const ChannelSet& kept(TensorId id) const { return kept_[static_cast<std::size_t>(id)]; }
  bool whole(TensorId id) const { return std::find(kept(id).begin(), kept(id).end(), false) == kept(id).end(); }
  bool whole(const Node& node) const { return whole(node.inputs[0]) && whole(node.outputs[0]); }
  Indices indices(TensorId id) const { return kept_indices(kept(id)); }
  TensorId add(Tensor tensor) {
    after_.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(after_.tensors.size() - 1);
  }

  template <class Op>
  void rewrite(const Op&, Node&) {}

  void rewrite(const Reshape&, Node& node) { node.op = Reshape{after_.tensor(node.outputs[0]).shape}; }

  void rewrite(const BatchNorm&, Node& node) {
    if (whole(node)) return;
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
      node.inputs[i] = add(select(before_.tensor(node.inputs[i]), 0, indices(node.outputs[0])));
    }
  }

  void rewrite(const DepthwiseConv2d&, Node& node) {
    if (whole(node)) return;
    rewrite_bias(node);
    node.inputs[1] = add(select(before_.tensor(node.inputs[1]), 3, indices(node.outputs[0])));
  }
  void rewrite(const Conv2d&, Node& node) { rewrite_filters(node); }
  void rewrite(const Dense&, Node& node) { rewrite_filters(node); }

  void rewrite_filters(Node& node) {
    if (whole(node)) return;
    rewrite_bias(node);
    const Tensor rows = select(before_.tensor(node.inputs[1]), 0, indices(node.outputs[0]));
    node.inputs[1] = add(select(rows, rows.shape.size() - 1, weight_inputs(rows.shape.back(), node.inputs[0])));
  }

  void rewrite_bias(Node& node) {
    if (node.inputs.size() < 3) return;
    node.inputs[2] = add(select(before_.tensor(node.inputs[2]), 0, indices(node.outputs[0])));
  }

  // Along the weights' last axis, where a dense layer has the channels of each cell.
  Indices weight_inputs(std::int32_t extent, TensorId input) const {
    const Indices own = indices(input);
    const std::int32_t channels = channel_count(before_.tensor(input));
    Indices result;
    for (std::int32_t first = 0; first < extent; first += channels) {
      for (std::int32_t index : own) result.push_back(first + index);
    }
    return result;
  }

  const Graph& before_;
  std::span<const ChannelSet> kept_;
  Graph after_;
};

// The bytes of a constant at `indices` of one axis.
std::vector<std::byte> selected_bytes(const Tensor& constant, std::size_t axis, std::span<const std::int32_t> indices) {
  const auto extent = static_cast<std::size_t>(constant.shape[axis]);
  auto inner = static_cast<std::size_t>(size_bytes(constant.type));
  for (std::size_t i = axis + 1; i < constant.shape.size(); ++i) inner *= static_cast<std::size_t>(constant.shape[i]);
  std::vector<std::byte> bytes;
  for (auto outer = constant.data->begin(); outer != constant.data->end();
       outer += static_cast<std::ptrdiff_t>(extent * inner)) {
    for (std::int32_t index : indices) {
      const auto begin = outer + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(index) * inner);
      bytes.insert(bytes.end(), begin, begin + static_cast<std::ptrdiff_t>(inner));
    }
  }
  return bytes;
}

}  // namespace

bool any_channel(const ChannelSet& channels) {
  return std::find(channels.begin(), channels.end(), true) != channels.end();
}

std::vector<std::int32_t> kept_indices(const ChannelSet& channels) {
  std::vector<std::int32_t> result;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (channels[c]) result.push_back(static_cast<std::int32_t>(c));
  }
  return result;
}

Tensor select(const Tensor& constant, std::size_t axis, std::span<const std::int32_t> indices) {
  Tensor result = constant;
  result.shape[axis] = static_cast<std::int32_t>(indices.size());
  if (constant.data) {
    result.data = std::make_shared<const std::vector<std::byte>>(selected_bytes(constant, axis, indices));
  }
  if (constant.quant.axis != static_cast<std::int32_t>(axis)) return result;
  result.quant.scales.clear();
  for (std::int32_t index : indices) {
    result.quant.scales.push_back(constant.quant.scales[static_cast<std::size_t>(index)]);
  }
  result.quant.zero_points.resize(indices.size());
  return result;
}

Graph keep_channels(const Graph& graph, std::span<const ChannelSet> kept, std::vector<TensorId>& renamed) {
  Rewriter rewriter(graph, kept);
  for (const Node& node : graph.nodes) {
    if (any_channel(kept[static_cast<std::size_t>(node.outputs[0])])) rewriter.append(node);
  }
  return compact(rewriter.take(), renamed);
}

}  // namespace mote::graph
