#include "channels.h"

#include <algorithm>
#include <cmath>

#include "mote/quant/weights.h"
#include "statistics.h"

namespace mote::doctor {
namespace {

constexpr double kOutlier = 8;

double peak(const quant::Range& range) {
  return std::max(std::abs(static_cast<double>(range.low)), std::abs(static_cast<double>(range.high)));
}

std::vector<double> loud_peaks(const std::vector<quant::Range>& channels) {
  std::vector<double> peaks;
  for (const quant::Range& channel : channels) {
    if (peak(channel) > 0) peaks.push_back(peak(channel));
  }
  return peaks;
}

}  // namespace

double ChannelStatistics::spread() const {
  return spread_of(loud_peaks(channels));
}

std::vector<std::int32_t> ChannelStatistics::outliers() const {
  const double usual = median(loud_peaks(channels));
  std::vector<std::int32_t> result;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (peak(channels[c]) > kOutlier * usual) result.push_back(static_cast<std::int32_t>(c));
  }
  return result;
}

std::vector<std::int32_t> ChannelStatistics::dead() const {
  std::vector<std::int32_t> result;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (channels[c].low == channels[c].high) result.push_back(static_cast<std::int32_t>(c));
  }
  return result;
}

std::vector<ChannelStatistics> channel_statistics(const graph::Graph& graph, const quant::MeasuringSet& set) {
  std::vector<ChannelStatistics> result(graph.tensors.size());
  quant::run_groups(graph, set, [&](graph::TensorId id, std::span<float> values) {
    ChannelStatistics& tensor = result[static_cast<std::size_t>(id)];
    const auto channels = static_cast<std::size_t>(graph.tensor(id).shape.back());
    if (tensor.channels.empty()) {
      for (std::size_t c = 0; c < channels; ++c) tensor.channels.push_back({values[c], values[c]});
      tensor.range = tensor.channels.front();
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      quant::Range& channel = tensor.channels[i % channels];
      channel = quant::join(channel, {values[i], values[i]});
    }
    for (const quant::Range& channel : tensor.channels) tensor.range = quant::join(tensor.range, channel);
  });
  return result;
}

double weight_spread(const graph::Graph& graph, const graph::Node& node) {
  const auto layout = quant::weight_layout(graph, node, quant::WeightType::kInt8, quant::DenseScales::kPerChannel);
  if (!layout) return 1.0;
  std::vector<double> peaks(layout->channels, 0.0);
  const auto values = graph::values<float>(graph.tensor(node.inputs[1]));
  for (std::size_t i = 0; i < values.size(); ++i) {
    double& greatest = peaks[layout->channel_of(i)];
    greatest = std::max(greatest, std::abs(static_cast<double>(values[i])));
  }
  std::erase(peaks, 0.0);
  return spread_of(peaks);
}

}  // namespace mote::doctor
