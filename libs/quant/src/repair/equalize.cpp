#include <algorithm>
#include <cmath>

#include "mote/quant/repair.h"
#include "repair/channel_links.h"
#include "repair/layer_weights.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::Node;

constexpr float kCap = 6.0F;
// Beyond it a channel is as good as silent, and its factor would only carry noise.
constexpr double kGreatestFactor = 4096;

// Greatest magnitude of each channel of the outputs of the producers.
std::vector<std::vector<float>> channel_peaks(const Graph& graph, const std::vector<ChannelLink>& links,
                                              const MeasuringSet& set) {
  std::vector<std::vector<float>> peaks(graph.tensors.size());
  for (const ChannelLink& link : links) {
    const graph::TensorId output = graph.nodes[static_cast<std::size_t>(link.producer)].outputs[0];
    peaks[static_cast<std::size_t>(output)].assign(static_cast<std::size_t>(graph.tensor(output).shape.back()), 0.0F);
  }
  run_groups(graph, set, [&](graph::TensorId id, std::span<float> values) {
    std::vector<float>& channels = peaks[static_cast<std::size_t>(id)];
    for (std::size_t i = 0; !channels.empty() && i < values.size(); ++i) {
      float& peak = channels[i % channels.size()];
      peak = std::max(peak, std::abs(values[i]));
    }
  });
  return peaks;
}

// How much of its filters' grid each input channel of the layer needs: greatest |weight|, as a share of the greatest of
// its filter where each filter has a scale of its own.
std::vector<double> input_shares(const Graph& graph, const Node& consumer, std::size_t channels) {
  const LayerWeights weights(graph, consumer);
  if (weights.depthwise()) return std::vector<double>(channels, 0.0);
  const auto count = static_cast<std::int32_t>(channels);
  std::vector<double> filters(static_cast<std::size_t>(weights.outputs()), 0.0);
  const auto at = [&](std::size_t i) { return std::abs(static_cast<double>(weights.values()[i])); };
  for (std::size_t i = 0; i < weights.values().size(); ++i) {
    double& greatest = filters[static_cast<std::size_t>(weights.place(i, count).output)];
    greatest = std::max(greatest, at(i));
  }
  std::vector<double> shares(channels, 0.0);
  for (std::size_t i = 0; i < weights.values().size(); ++i) {
    const WeightPlace place = weights.place(i, count);
    const double whole = weights.per_channel() ? filters[static_cast<std::size_t>(place.output)] : 1.0;
    double& share = shares[static_cast<std::size_t>(place.input)];
    if (whole > 0) share = std::max(share, at(i) / whole);
  }
  return shares;
}

// The wished-for peak of each channel, up to a common factor. A depthwise layer has a scale for each channel, so that
// only the activations are shared; elsewhere loud channels and wide weights meet halfway.
std::vector<double> wished_peaks(const std::vector<float>& peaks, const std::vector<double>& shares) {
  std::vector<double> wished(peaks.size());
  const bool only_activations = std::all_of(shares.begin(), shares.end(), [](double share) { return share == 0; });
  for (std::size_t c = 0; c < peaks.size(); ++c)
    wished[c] = only_activations ? 1.0 : std::sqrt(static_cast<double>(peaks[c]) * shares[c]);
  return wished;
}

std::vector<double> factors(const ChannelLink& link, const std::vector<float>& peaks,
                            const std::vector<double>& shares) {
  const std::vector<double> wished = wished_peaks(peaks, shares);
  const auto is_free = [&](std::size_t c) {
    return peaks[c] > 0 && wished[c] > 0 && !(link.capped && peaks[c] >= kCap);
  };
  double loudest = 0;
  double most_wished = 0;
  for (std::size_t c = 0; c < peaks.size(); ++c) {
    loudest = std::max(loudest, static_cast<double>(peaks[c]));
    if (is_free(c)) most_wished = std::max(most_wished, wished[c]);
  }
  std::vector<double> result(peaks.size(), 1.0);
  for (std::size_t c = 0; c < peaks.size(); ++c) {
    if (!is_free(c)) continue;
    const double factor = wished[c] / most_wished * loudest / static_cast<double>(peaks[c]);
    result[c] = std::clamp(factor, 1.0 / kGreatestFactor, kGreatestFactor);
  }
  return result;
}

}  // namespace

Draft equalize(const Draft& draft, const MeasuringSet& set, const RepairSettings&) {
  const std::vector<ChannelLink> links = channel_links(draft.graph);
  const auto peaks = channel_peaks(draft.graph, links, set);
  Draft result = draft;
  for (const ChannelLink& link : links) {
    const Node& producer = draft.graph.nodes[static_cast<std::size_t>(link.producer)];
    const std::vector<float>& channels = peaks[static_cast<std::size_t>(producer.outputs[0])];
    const Node& consumer = result.graph.nodes[static_cast<std::size_t>(link.consumer)];
    scale_link(result.graph, link, factors(link, channels, input_shares(result.graph, consumer, channels.size())));
  }
  result.graph = compact(result.graph);
  result.reference = result.graph;
  result.ranges = calibrate(result.graph, set.runner, set.inputs, set.samples, result.calibration);
  return result;
}

}  // namespace mote::quant
