#include <algorithm>

#include "mote/quant/repair.h"
#include "repair/before_activation.h"
#include "repair/layer_weights.h"

namespace mote::quant {
namespace {

// Mean of each channel of the last output of the graph, which `edit` does not see; it sees what comes before.
std::vector<double> channel_means(const graph::Graph& graph, const MeasuringSet& set,
                                  const graph::FloatRunner::Editor& edit) {
  const graph::TensorId output = graph.outputs[0];
  std::vector<double> sums(static_cast<std::size_t>(graph.tensor(output).shape.back()), 0.0);
  std::size_t places = 0;
  run_groups(graph, set, [&](graph::TensorId id, std::span<float> values) {
    if (id != output) return edit(id, values);
    for (std::size_t i = 0; i < values.size(); ++i) sums[i % sums.size()] += static_cast<double>(values[i]);
    places += values.size() / sums.size();
  });
  for (double& sum : sums) sum /= static_cast<double>(places);
  return sums;
}

void correct_layer(Draft& draft, std::int32_t index, const MeasuringSet& set) {
  const Simulation simulation(draft.graph, quantize(draft));
  const auto wanted = channel_means(before_activation(draft.reference, index), set, [](auto, auto) {});
  const auto got = channel_means(before_activation(simulation.whole(), index), set,
                                 [&](graph::TensorId id, std::span<float> values) { simulation.snap(id, values); });
  graph::Node node = draft.graph.nodes[static_cast<std::size_t>(index)];
  std::vector<float> values = biases(draft.graph, node, static_cast<std::int32_t>(wanted.size()));
  for (std::size_t c = 0; c < values.size(); ++c)
    values[c] = static_cast<float>(static_cast<double>(values[c]) + wanted[c] - got[c]);
  set_biases(draft.graph, node, values);
  draft.graph.nodes[static_cast<std::size_t>(index)] = std::move(node);
}

}  // namespace

Draft correct_bias(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings) {
  const SpreadSet part(set, draft.graph, settings.samples);
  Draft result = draft;
  for (std::size_t i = 0; i < draft.graph.nodes.size(); ++i) {
    if (quant_rule(draft.graph.nodes[i].op).weighted) correct_layer(result, static_cast<std::int32_t>(i), part.set());
  }
  return result;
}

}  // namespace mote::quant
