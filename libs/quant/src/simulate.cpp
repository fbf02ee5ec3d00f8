#include "mote/quant/simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"

namespace mote::quant {
namespace {

using graph::DType;
using graph::Graph;
using graph::Node;
using graph::Quant;
using graph::Tensor;
using graph::TensorId;

// Inputs in flight at once: bounds memory, does not change a bit of the result.
constexpr std::int64_t kGroup = 64;

template <class T>
std::vector<float> real_values(const Tensor& constant) {
  const auto integers = graph::values<T>(constant);
  const Quant& quant = constant.quant;
  std::int64_t inner = 1;
  for (std::size_t i = static_cast<std::size_t>(std::max(0, quant.axis)) + 1; i < constant.shape.size(); ++i)
    inner *= constant.shape[i];
  std::vector<float> result(integers.size());
  for (std::size_t i = 0; i < integers.size(); ++i) {
    const std::size_t channel = (i / static_cast<std::size_t>(inner)) % quant.scales.size();
    const double steps = static_cast<double>(integers[i]) - quant.zero_points[channel];
    result[i] = static_cast<float>(steps * static_cast<double>(quant.scales[channel]));
  }
  return result;
}

std::vector<float> dequantized(const Tensor& constant) {
  switch (constant.type) {
    case DType::kInt8:
    case DType::kInt4:
    case DType::kTernary:
    case DType::kBinary:
      return real_values<std::int8_t>(constant);
    case DType::kInt16:
      return real_values<std::int16_t>(constant);
    case DType::kInt32:
      return real_values<std::int32_t>(constant);
    case DType::kInt64:
      return real_values<std::int64_t>(constant);
    default: {
      const auto values = graph::values<float>(constant);
      return {values.begin(), values.end()};
    }
  }
}

// Gives `node` of `graph` the constants that `source` has in `quantized`: new tensors, because others may share them.
void take_constants(Graph& graph, Node& node, const Graph& quantized, const Node& source) {
  for (std::size_t i = 0; i < source.inputs.size(); ++i) {
    const Tensor& constant = quantized.tensor(source.inputs[i]);
    if (!constant.constant) continue;
    graph.tensors.push_back(
        {constant.name, DType::kFloat32, constant.shape, {}, true, graph::make_buffer<float>(dequantized(constant))});
    node.inputs.resize(std::max(node.inputs.size(), i + 1));
    node.inputs[i] = static_cast<TensorId>(graph.tensors.size() - 1);
  }
}

void check_alike(const Graph& graph, const Graph& quantized) {
  if (graph.nodes.size() == quantized.nodes.size()) return;
  throw Error(ErrorCode::kInvalid, fmt::format("[simulate] wanted the quantized form of the same {} layers, got {}",
                                               graph.nodes.size(), quantized.nodes.size()));
}

}  // namespace

void MeasuringSet::validate(const Graph& graph) const {
  if (samples < 1) throw Error(ErrorCode::kInvalid, "wanted at least one input to measure on, got none");
  const std::int64_t wanted = samples * graph.tensor(graph.inputs[0]).elements();
  if (static_cast<std::int64_t>(inputs.size()) == wanted) return;
  throw Error(ErrorCode::kInvalid,
              fmt::format("wanted {} values for {} inputs, got {}", wanted, samples, inputs.size()));
}

SpreadSet::SpreadSet(const MeasuringSet& whole, const Graph& graph, std::int64_t count)
    : runner_(whole.runner), samples_(std::min(count, whole.samples)) {
  whole.validate(graph);
  const std::int64_t elements = graph.tensor(graph.inputs[0]).elements();
  for (std::int64_t i = 0; i < samples_; ++i) {
    const auto first = static_cast<std::size_t>(i * whole.samples / samples_ * elements);
    const auto one = whole.inputs.subspan(first, static_cast<std::size_t>(elements));
    inputs_.insert(inputs_.end(), one.begin(), one.end());
  }
}

void snap(const Quant& quant, DType type, std::span<float> values) {
  // Adding and taking away 1.5·2^23 leaves the nearest integer: the compiler makes vectors of it, unlike of round().
  constexpr float kToInteger = 12582912.0F;
  const float scale = quant.scales[0];
  const float inverse = 1.0F / scale;
  const auto zero = static_cast<float>(quant.zero_points[0]);
  const float least = (type == DType::kInt16 ? -32768.0F : -128.0F) - zero;
  const float greatest = (type == DType::kInt16 ? 32767.0F : 127.0F) - zero;
  for (float& value : values) {
    const float steps = std::min(std::max(value * inverse, least), greatest);
    value = ((steps + kToInteger) - kToInteger) * scale;
  }
}

Simulation::Simulation(const Graph& graph, const Graph& quantized)
    : float_(graph), whole_(graph), quants_(graph.tensors.size()), types_(graph.tensors.size(), DType::kInt8) {
  check_alike(graph, quantized);
  const auto note = [&](TensorId id, TensorId source) {
    quants_[static_cast<std::size_t>(id)] = quantized.tensor(source).quant;
    types_[static_cast<std::size_t>(id)] = quantized.tensor(source).type;
  };
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) note(graph.inputs[i], quantized.inputs[i]);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    take_constants(whole_, whole_.nodes[i], quantized, quantized.nodes[i]);
    for (std::size_t k = 0; k < graph.nodes[i].outputs.size(); ++k)
      note(graph.nodes[i].outputs[k], quantized.nodes[i].outputs[k]);
  }
}

Graph Simulation::with_weights_of(std::span<const std::int32_t> nodes) const {
  Graph result = float_;
  result.tensors = whole_.tensors;
  for (std::int32_t node : nodes) {
    const auto index = static_cast<std::size_t>(node);
    result.nodes[index].inputs = whole_.nodes[index].inputs;
  }
  return result;
}

void Simulation::snap(TensorId tensor, std::span<float> values) const {
  quant::snap(quant(tensor), types_[static_cast<std::size_t>(tensor)], values);
}

void Simulation::run(const MeasuringSet& set, const graph::FloatRunner::Observer& observe) const {
  run_groups(whole_, set, [&](TensorId id, std::span<float> values) {
    snap(id, values);
    observe(id, values);
  });
}

void run_groups(const Graph& graph, const MeasuringSet& set, const graph::FloatRunner::Editor& edit) {
  set.validate(graph);
  const std::int64_t elements = graph.tensor(graph.inputs[0]).elements();
  for (std::int64_t first = 0; first < set.samples; first += kGroup) {
    const std::int64_t count = std::min(kGroup, set.samples - first);
    const auto part =
        set.inputs.subspan(static_cast<std::size_t>(first * elements), static_cast<std::size_t>(count * elements));
    set.runner.run_edited(graph, part, count, edit);
  }
}

}  // namespace mote::quant
