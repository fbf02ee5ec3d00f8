#include "repair/channel_links.h"
#include "repair/layer_weights.h"

namespace mote::quant {

using graph::Graph;
using graph::Node;

void scale_link(Graph& graph, const ChannelLink& link, const std::vector<double>& factors) {
  Node producer = graph.nodes[static_cast<std::size_t>(link.producer)];
  Node consumer = graph.nodes[static_cast<std::size_t>(link.consumer)];
  const auto channels = static_cast<std::int32_t>(factors.size());
  const auto scaled = [&](const Node& node, auto factor_of) {
    const LayerWeights weights(graph, node);
    std::vector<float> values(weights.values().begin(), weights.values().end());
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(static_cast<double>(values[i]) * factor_of(weights.place(i, channels)));
    return values;
  };
  const auto of = [&](std::int32_t channel) { return factors[static_cast<std::size_t>(channel)]; };
  replace_constant(graph, producer, 1, scaled(producer, [&](WeightPlace at) { return of(at.output); }));
  replace_constant(graph, consumer, 1, scaled(consumer, [&](WeightPlace at) { return 1.0 / of(at.input); }));
  if (producer.inputs.size() > 2) {
    std::vector<float> bias = biases(graph, producer, channels);
    for (std::size_t c = 0; c < bias.size(); ++c)
      bias[c] = static_cast<float>(static_cast<double>(bias[c]) * factors[c]);
    replace_constant(graph, producer, 2, bias);
  }
  graph.nodes[static_cast<std::size_t>(link.producer)] = producer;
  graph.nodes[static_cast<std::size_t>(link.consumer)] = consumer;
}

}  // namespace mote::quant
