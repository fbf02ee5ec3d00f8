#include "mote/quant/fold.h"
#include "rewrite.h"
#include "rules.h"

namespace mote::quant {
namespace {

graph::Activation activation_of(graph::UnaryKind kind) {
  return kind == graph::UnaryKind::kRelu ? graph::Activation::kRelu : graph::Activation::kRelu6;
}

}  // namespace

graph::Graph fuse_activation(const graph::Graph& graph) {
  graph::Graph result = graph;
  std::vector<bool> gone(result.nodes.size(), false);
  for (std::size_t i = 0; i < result.nodes.size(); ++i) {
    const auto* unary = std::get_if<graph::Unary>(&result.nodes[i].op);
    if (unary == nullptr || !only_reader(result, result.nodes[i].inputs[0])) continue;
    const std::int32_t writer = producer(result, result.nodes[i].inputs[0]);
    if (writer < 0) continue;
    graph::Node& layer = result.nodes[static_cast<std::size_t>(writer)];
    if (has_activation(layer.op) || !set_activation(layer.op, activation_of(unary->kind))) continue;
    redirect(result, result.nodes[i].outputs[0], layer.outputs[0]);
    gone[i] = true;
  }
  std::size_t index = 0;
  std::erase_if(result.nodes, [&](const graph::Node&) { return gone[index++]; });
  return compact(result);
}

}  // namespace mote::quant
