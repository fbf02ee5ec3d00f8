#include "ablation.h"

#include <cmath>

namespace mote::doctor {
namespace {

void append(std::vector<float>& scores, std::span<const float> values) {
  scores.insert(scores.end(), values.begin(), values.end());
}

}  // namespace

double Noise::sqnr_db() const {
  constexpr double kNoNoise = 200;
  if (error <= 0) return kNoNoise;
  return signal > 0 ? 10 * std::log10(signal / error) : 0.0;
}

graph::TensorId Ablations::output_of(std::int32_t layer) const {
  return layer < 0 ? reference_.inputs[0] : reference_.nodes[static_cast<std::size_t>(layer)].outputs[0];
}

Ablation Ablations::only(std::int32_t layer) const {
  const graph::TensorId output = output_of(layer);
  // Before the layer everything is float, so that its output without quantization is seen where its weights are float.
  std::vector<float> wanted;
  quant::run_groups(reference_, set_, [&](graph::TensorId id, std::span<float> values) {
    if (id == output) append(wanted, values);
  });
  std::vector<std::int32_t> nodes;
  if (layer >= 0) nodes.push_back(layer);
  Ablation result;
  std::size_t at = 0;
  quant::run_groups(simulation_.with_weights_of(nodes), set_, [&](graph::TensorId id, std::span<float> values) {
    if (id == output) {
      simulation_.snap(id, values);
      for (float value : values) {
        const auto x = static_cast<double>(wanted[at++]);
        result.noise.signal += x * x;
        result.noise.error += (static_cast<double>(value) - x) * (static_cast<double>(value) - x);
      }
    }
    if (id == reference_.outputs[0]) append(result.scores, values);
  });
  return result;
}

Ablation Ablations::all_but(std::int32_t layer) const {
  const graph::TensorId output = output_of(layer);
  std::vector<std::int32_t> nodes;
  for (std::size_t i = 0; i < reference_.nodes.size(); ++i) {
    if (static_cast<std::int32_t>(i) != layer) nodes.push_back(static_cast<std::int32_t>(i));
  }
  Ablation result;
  quant::run_groups(simulation_.with_weights_of(nodes), set_, [&](graph::TensorId id, std::span<float> values) {
    if (id != output) simulation_.snap(id, values);
    if (id == reference_.outputs[0]) append(result.scores, values);
  });
  return result;
}

}  // namespace mote::doctor
