#include "mote/doctor/tflite_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"
#include "mote/plan/host_runner.h"
#include "mote/quant/constant_channels.h"
#include "mote/quant/weights.h"
#include "statistics.h"

namespace mote::doctor {
namespace {

quant::Range kept_range(const graph::Quant& quant) {
  const auto zero = static_cast<float>(quant.zero_points[0]);
  return {quant.scales[0] * (-128.0F - zero), quant.scales[0] * (127.0F - zero)};
}

// Counts values at the ends of each tensor's grid. The lower end of a grid that begins at real zero is where ReLU puts
// its zeros, and says nothing.
void count_ends(std::span<const std::int8_t> values, const graph::Quant& quant, std::int64_t& count) {
  const bool begins_at_zero = quant.zero_points[0] == -128;
  count += std::count_if(values.begin(), values.end(),
                         [&](std::int8_t value) { return value == 127 || (value == -128 && !begins_at_zero); });
}

std::vector<double> clipped_shares(const graph::Graph& graph, std::span<const std::int8_t> inputs, ThreadPool& pool) {
  const plan::HostRunner prototype(graph);
  const auto size = static_cast<std::size_t>(prototype.model().input_bytes());
  const auto clips = static_cast<std::int64_t>(inputs.size() / size);
  std::vector<std::vector<std::int64_t>> counts(static_cast<std::size_t>(clips));
  pool.run(clips, [&](std::int64_t clip) {
    auto& each = counts[static_cast<std::size_t>(clip)];
    each.resize(graph.tensors.size(), 0);
    plan::HostRunner runner(prototype);
    runner.run(inputs.subspan(static_cast<std::size_t>(clip) * size, size),
               [&](graph::TensorId id, std::span<const std::int8_t> values) {
                 count_ends(values, graph.tensor(id).quant, each[static_cast<std::size_t>(id)]);
               });
  });
  std::vector<double> shares(graph.tensors.size(), 0.0);
  for (std::size_t id = 0; id < shares.size(); ++id) {
    std::int64_t sum = 0;
    for (const auto& each : counts) sum += each[id];
    shares[id] =
        static_cast<double>(sum) / static_cast<double>(std::max<std::int64_t>(1, clips * graph.tensors[id].elements()));
  }
  return shares;
}

double weight_spread(const graph::Graph& graph, const graph::Node& node) {
  const auto layout = quant::weight_layout(graph, node, quant::WeightType::kInt8, quant::DenseScales::kPerChannel);
  if (!layout) return 1.0;
  const graph::Tensor& weights = graph.tensor(node.inputs[1]);
  const auto integers = graph::values<std::int8_t>(weights);
  std::vector<double> peaks(layout->channels, 0.0);
  for (std::size_t i = 0; i < integers.size(); ++i) {
    const std::size_t channel = layout->channel_of(i);
    const auto scale = static_cast<double>(weights.quant.scales[channel % weights.quant.scales.size()]);
    peaks[channel] = std::max(peaks[channel], scale * std::abs(static_cast<double>(integers[i])));
  }
  std::erase(peaks, 0.0);
  return spread_of(peaks);
}

void check_activations(const graph::Graph& graph) {
  const graph::Tensor& input = graph.tensor(graph.inputs.front());
  if (input.type == graph::DType::kInt8) return;
  throw Error(ErrorCode::kUnsupported, fmt::format("[doctor] input '{}': wanted int8 activations, got {}", input.name,
                                                   graph::to_string(input.type)));
}

}  // namespace

std::vector<Int8Finding> check_int8(const graph::Graph& graph, std::span<const std::int8_t> inputs, ThreadPool& pool) {
  check_activations(graph);
  const quant::WithoutConstantChannels without = quant::remove_constant_channels(graph);
  const std::vector<double> shares = inputs.empty() ? std::vector<double>() : clipped_shares(graph, inputs, pool);
  std::vector<Int8Finding> result;
  for (const graph::Node& node : graph.nodes) {
    const auto output = static_cast<std::size_t>(node.outputs[0]);
    Int8Finding found;
    found.name = graph.node_name(node);
    found.op = graph::op_name(node.op);
    found.kept = kept_range(graph.tensors[output].quant);
    found.weight_spread = weight_spread(graph, node);
    const auto& constant = without.records[output].constant;
    for (std::size_t c = 0; c < constant.size(); ++c) {
      if (constant[c]) found.dead_channels.push_back(static_cast<std::int32_t>(c));
    }
    if (!shares.empty()) found.clipped_share = shares[output];
    result.push_back(std::move(found));
  }
  return result;
}

}  // namespace mote::doctor
