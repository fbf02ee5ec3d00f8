#include "repair/channel_links.h"

#include <algorithm>
#include <optional>

#include "passes/rewrite.h"
#include "rules.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::Node;
using graph::TensorId;

// True when scaling one channel of the input by a factor > 0 scales the same channel of the output, and no other.
struct KeepsChannels {
  const Graph& graph;
  const Node& node;

  std::size_t rank() const { return graph.tensor(node.inputs[0]).shape.size(); }

  bool operator()(const graph::Unary&) const { return true; }
  bool operator()(const graph::Pool2d&) const { return true; }
  bool operator()(const graph::Pad&) const { return true; }
  bool operator()(const graph::Reduce& op) const {
    const auto last = static_cast<std::int32_t>(rank()) - 1;
    return std::find(op.axes.begin(), op.axes.end(), last) == op.axes.end();
  }
  bool operator()(const graph::Reshape&) const {
    const std::int32_t channels = graph.tensor(node.inputs[0]).shape.back();
    return graph.tensor(node.outputs[0]).shape.back() % channels == 0;
  }
  template <class Op>
  bool operator()(const Op&) const {
    return false;
  }
};

bool has_relu6(const graph::Op& op) {
  return std::visit(
      [](const auto& attributes) {
        using Type = std::remove_cvref_t<decltype(attributes)>;
        if constexpr (Fusable<Type>) return attributes.activation == graph::Activation::kRelu6;
        if constexpr (std::is_same_v<Type, graph::Unary>) return attributes.kind == graph::UnaryKind::kRelu6;
        return false;
      },
      op);
}

std::optional<std::int32_t> only_consumer(const Graph& graph, const Node& node) {
  if (!only_reader(graph, node.outputs[0])) return std::nullopt;
  return graph::consumers(graph, node.outputs[0]).front();
}

// Constants that several layers share must not be scaled for one of them.
bool owns_constants(const Graph& graph, const Node& node) {
  return std::all_of(node.inputs.begin(), node.inputs.end(), [&](TensorId id) {
    return !graph.tensor(id).constant || graph::consumers(graph, id).size() == 1;
  });
}

std::optional<ChannelLink> link_from(const Graph& graph, std::int32_t producer) {
  ChannelLink link{producer, -1, false};
  for (std::int32_t at = producer;;) {
    const Node& node = graph.nodes[static_cast<std::size_t>(at)];
    link.capped = link.capped || has_relu6(node.op);
    const auto next = only_consumer(graph, node);
    if (!next) return std::nullopt;
    const Node& reader = graph.nodes[static_cast<std::size_t>(*next)];
    link.consumer = *next;
    if (quant_rule(reader.op).weighted) {
      const bool reads = reader.inputs[0] == node.outputs[0];
      return reads && owns_constants(graph, reader) ? std::optional(link) : std::nullopt;
    }
    if (!std::visit(KeepsChannels{graph, reader}, reader.op)) return std::nullopt;
    at = *next;
  }
}

}  // namespace

std::vector<ChannelLink> channel_links(const Graph& graph) {
  std::vector<ChannelLink> links;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (!quant_rule(node.op).weighted || !owns_constants(graph, node)) continue;
    if (const auto link = link_from(graph, static_cast<std::int32_t>(i))) links.push_back(*link);
  }
  return links;
}

}  // namespace mote::quant
