#include "layer_types.h"

#include <fmt/format.h>

#include <algorithm>

namespace mote::app {

void print_layer_types(const std::vector<pipeline::LayerTypes>& layers) {
  if (layers.empty()) return;
  fmt::print("{:<24}{:>8}  {:<8}{:>10}", "layer", "weights", "chosen", "bytes");
  for (const pipeline::TypeOption& option : layers.front().choices) fmt::print("{:>10}", option.type);
  fmt::print("\n");
  for (const pipeline::LayerTypes& layer : layers) {
    const auto chosen = std::find_if(layer.choices.begin(), layer.choices.end(),
                                     [&](const pipeline::TypeOption& option) { return option.type == layer.chosen; });
    const std::int64_t bytes = chosen == layer.choices.end() ? 0 : chosen->bytes;
    fmt::print("{:<24}{:>8}  {:<8}{:>10}", layer.layer, layer.weights, layer.chosen, bytes);
    for (const pipeline::TypeOption& option : layer.choices) fmt::print("{:>10.4f}", option.divergence);
    fmt::print("\n");
  }
}

}  // namespace mote::app
