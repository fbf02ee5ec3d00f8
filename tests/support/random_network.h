// Architectures of the zoo as int8 graphs with random weights, for tests of what happens between quantization and the
// device. Nothing is trained: ranges are those that such weights give about.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "mote/base/rng.h"
#include "mote/graph/zoo.h"
#include "mote/quant/fold.h"
#include "mote/quant/quantize.h"

namespace mote::test {

enum class Norms : std::uint8_t {
  kFresh,  // as before the first step of training: no filter has a bias
  kUsed,   // every filter has its own gain and bias
};

inline void fill(graph::Tensor& tensor, double mean, double deviation, Rng& rng) {
  std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
  for (float& value : values) value = static_cast<float>(mean + deviation * rng.normal());
  tensor.data = graph::make_buffer(std::span<const float>(values));
}

// Weights of about unit gain behind a ReLU.
inline graph::Graph with_random_weights(graph::Graph graph, Norms norms, Rng& rng) {
  for (const graph::Node& node : graph.nodes) {
    if (std::holds_alternative<graph::BatchNorm>(node.op)) {
      const double spread = norms == Norms::kUsed ? 0.1 : 0.0;
      for (std::size_t i : {1U, 4U}) fill(graph.tensor(node.inputs[i]), 1, spread, rng);
      for (std::size_t i : {2U, 3U}) fill(graph.tensor(node.inputs[i]), 0, 2 * spread, rng);
      continue;
    }
    if (node.inputs.size() < 2 || !graph.tensor(node.inputs[1]).constant) continue;
    graph::Tensor& weights = graph.tensor(node.inputs[1]);
    const bool depthwise = std::holds_alternative<graph::DepthwiseConv2d>(node.op);
    const std::int64_t filters = depthwise ? weights.shape.back() : weights.shape.front();
    fill(weights, 0, std::sqrt(2.0 * static_cast<double>(filters) / static_cast<double>(weights.elements())), rng);
    if (node.inputs.size() > 2) fill(graph.tensor(node.inputs[2]), 0, norms == Norms::kUsed ? 0.2 : 0.0, rng);
  }
  return graph;
}

inline graph::Graph random_int8_network(const graph::ArchitectureSettings& settings, const graph::Shape& input,
                                        std::int32_t classes, Norms norms, std::uint64_t seed) {
  Rng rng(seed);
  const graph::Graph trained = graph::build_architecture(settings, input, classes);
  const graph::Graph folded = quant::fold(with_random_weights(trained, norms, rng));
  return quant::quantize(folded, std::vector<quant::Range>(folded.tensors.size(), quant::Range{-3.0F, 3.0F}));
}

}  // namespace mote::test
