#include "mote/quant/unequal.h"

#include <fmt/format.h>

#include <cmath>

#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "repair/channel_links.h"

namespace mote::quant {

graph::Graph make_unequal(const graph::Graph& graph, double octaves, std::uint64_t seed) {
  if (!(octaves >= 0 && octaves <= 16)) {
    throw Error(ErrorCode::kInvalid, fmt::format("unequal_octaves must be in [0, 16], got {}", octaves));
  }
  if (octaves == 0) return graph;
  graph::Graph result = graph;
  for (const ChannelLink& link : channel_links(graph)) {
    const graph::Node& producer = graph.nodes[static_cast<std::size_t>(link.producer)];
    Rng rng = Rng::derive(seed, "unequal channels of " + graph.node_name(producer));
    std::vector<double> factors(static_cast<std::size_t>(graph.tensor(producer.outputs[0]).shape.back()));
    for (double& factor : factors) factor = std::exp2(rng.uniform(-octaves, 0));
    scale_link(result, link, factors);
  }
  return compact(result);
}

}  // namespace mote::quant
