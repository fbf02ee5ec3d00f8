#include "mote/quant/fold.h"
#include "rewrite.h"
#include "rules.h"

namespace mote::quant {
namespace {

graph::Activation activation_of(graph::UnaryKind kind) {
  return kind == graph::UnaryKind::kRelu ? graph::Activation::kRelu : graph::Activation::kRelu6;
}

// True when the activation at `index` now belongs to the layer before it.
bool fuse(graph::Graph& graph, std::size_t index) {
  const graph::Node node = graph.nodes[index];
  const auto* unary = std::get_if<graph::Unary>(&node.op);
  if (unary == nullptr || !only_reader(graph, node.inputs[0])) return false;
  const std::int32_t writer = producer(graph, node.inputs[0]);
  if (writer < 0) return false;
  graph::Node& layer = graph.nodes[static_cast<std::size_t>(writer)];
  if (has_activation(layer.op) || !set_activation(layer.op, activation_of(unary->kind))) return false;
  redirect(graph, node.outputs[0], layer.outputs[0]);
  return true;
}

}  // namespace

graph::Graph fuse_activation(const graph::Graph& graph) {
  graph::Graph result = graph;
  erase_where(result, fuse);
  return compact(result);
}

}  // namespace mote::quant
