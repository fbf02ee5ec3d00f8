#include "layer_noise.h"

#include <algorithm>
#include <cstring>

#include "mote/plan/border.h"
#include "mote/plan/host_runner.h"

namespace mote::doctor {
namespace {

// Clips whose activations are held at once.
constexpr std::int64_t kGroup = 32;

// Float activations of a group of clips, by tensor of the int8 graph.
using Activations = std::vector<std::vector<float>>;

// By tensor of the float graph: its id in the int8 graph, -1 for constants.
std::vector<graph::TensorId> tensor_map(const graph::Graph& from, const graph::Graph& to) {
  std::vector<graph::TensorId> map(from.tensors.size(), -1);
  map[static_cast<std::size_t>(from.inputs[0])] = to.inputs[0];
  for (std::size_t i = 0; i < from.nodes.size(); ++i)
    map[static_cast<std::size_t>(from.nodes[i].outputs[0])] = to.nodes[i].outputs[0];
  return map;
}

// A value of a tensor of int8 or int16, of the bytes as they lie in memory.
std::int32_t raw_value(std::span<const std::int8_t> bytes, graph::DType type, std::size_t index) {
  if (type == graph::DType::kInt8) return bytes[index];
  std::int16_t value = 0;
  std::memcpy(&value, bytes.data() + index * sizeof(value), sizeof(value));
  return value;
}

// `got`: the bytes of `tensor`.
void add_noise(std::span<const float> wanted, std::span<const std::int8_t> got, const graph::Tensor& tensor,
               Noise& noise) {
  const auto scale = static_cast<double>(tensor.quant.scales[0]);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto x = static_cast<double>(wanted[i]);
    const double error = scale * (raw_value(got, tensor.type, i) - tensor.quant.zero_points[0]) - x;
    noise.signal += x * x;
    noise.error += error * error;
  }
}

std::int64_t count_clipped(std::span<const float> values, const graph::Tensor& tensor) {
  const float scale = tensor.quant.scales[0];
  const auto zero = static_cast<float>(tensor.quant.zero_points[0]);
  const float half = tensor.type == graph::DType::kInt16 ? 32768.0F : 128.0F;  // of the values of its type
  const float low = scale * (-half - 0.5F - zero);
  const float high = scale * (half - 0.5F - zero);
  return std::count_if(values.begin(), values.end(), [&](float value) { return value < low || value > high; });
}

// The clips of one group through the int8 network, each with sums of its own so that the order of adding is fixed.
void run_clips(const plan::HostRunner& prototype, const Activations& wanted, std::span<const float> inputs,
               std::int64_t count, ThreadPool& pool, std::vector<Noise>& noise) {
  const graph::Graph& graph = prototype.model().plan().graph;
  const auto elements = static_cast<std::size_t>(inputs.size()) / static_cast<std::size_t>(count);
  std::vector<std::vector<Noise>> each(static_cast<std::size_t>(count), std::vector<Noise>(noise.size()));
  pool.run(count, [&](std::int64_t clip) {
    plan::HostRunner runner(prototype);
    const auto index = static_cast<std::size_t>(clip);
    const auto take = [&](graph::TensorId id, std::span<const std::int8_t> bytes) {
      const graph::Tensor& tensor = graph.tensor(id);
      const auto count_of = static_cast<std::size_t>(tensor.elements());
      const auto& floats = wanted[static_cast<std::size_t>(id)];
      add_noise(std::span(floats).subspan(index * count_of, count_of), bytes, tensor,
                each[index][static_cast<std::size_t>(id)]);
    };
    std::vector<std::int8_t> input(static_cast<std::size_t>(prototype.model().input_bytes()));
    plan::quantize(inputs.subspan(index * elements, elements), prototype.model().input_tensor(), input);
    runner.run(input, take);
    take(graph.inputs[0], input);
  });
  for (const auto& clip : each) {
    for (std::size_t i = 0; i < noise.size(); ++i) {
      noise[i].signal += clip[i].signal;
      noise[i].error += clip[i].error;
    }
  }
}

}  // namespace

WholeNoise whole_noise(const graph::Graph& reference, const graph::Graph& int8_graph, const quant::MeasuringSet& set,
                       ThreadPool& pool) {
  const plan::HostRunner prototype(int8_graph);
  const auto map = tensor_map(reference, int8_graph);
  const auto elements = reference.tensor(reference.inputs[0]).elements();
  std::vector<Noise> noise(int8_graph.tensors.size());
  std::vector<std::int64_t> clipped(int8_graph.tensors.size(), 0);
  for (std::int64_t first = 0; first < set.samples; first += kGroup) {
    const std::int64_t count = std::min(kGroup, set.samples - first);
    const auto part =
        set.inputs.subspan(static_cast<std::size_t>(first * elements), static_cast<std::size_t>(count * elements));
    Activations wanted(int8_graph.tensors.size());
    set.runner.run(reference, part, count, [&](graph::TensorId id, std::span<const float> values) {
      const auto index = static_cast<std::size_t>(map[static_cast<std::size_t>(id)]);
      wanted[index].assign(values.begin(), values.end());
      clipped[index] += count_clipped(values, int8_graph.tensors[index]);
    });
    run_clips(prototype, wanted, part, count, pool, noise);
  }
  WholeNoise result{std::vector<Noise>(map.size()), std::vector<double>(map.size(), 0.0)};
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (map[i] < 0) continue;
    const auto index = static_cast<std::size_t>(map[i]);
    result.noise[i] = noise[index];
    result.clipped_share[i] =
        static_cast<double>(clipped[index]) / static_cast<double>(set.samples * int8_graph.tensors[index].elements());
  }
  return result;
}

}  // namespace mote::doctor
