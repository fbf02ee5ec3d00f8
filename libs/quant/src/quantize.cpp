#include "mote/quant/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "mote/base/error.h"
#include "rules.h"

namespace mote::quant {
namespace {

using graph::DType;
using graph::Graph;
using graph::Node;
using graph::Quant;
using graph::Tensor;
using graph::TensorId;

// Sets of tensors that share scale and zero point (union-find by path halving).
class TiedSets {
 public:
  explicit TiedSets(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }

  std::size_t find(std::size_t item) {
    while (parent_[item] != item) item = parent_[item] = parent_[parent_[item]];
    return item;
  }
  void tie(TensorId a, TensorId b) { parent_[find(static_cast<std::size_t>(a))] = find(static_cast<std::size_t>(b)); }

 private:
  std::vector<std::size_t> parent_;
};

TiedSets tie_tensors(const Graph& graph) {
  TiedSets sets(graph.tensors.size());
  for (const Node& node : graph.nodes) {
    if (quant_rule(node.op).output != OutputRule::kTied) continue;
    for (TensorId input : node.inputs) {
      if (!graph.tensor(input).constant) sets.tie(input, node.outputs[0]);
    }
  }
  return sets;
}

// A softmax output keeps its fixed scale through whatever is tied to it.
std::vector<Quant> activation_quants(const Graph& graph, const std::vector<Range>& ranges) {
  TiedSets sets = tie_tensors(graph);
  const std::size_t count = graph.tensors.size();
  std::vector<Range> joined(count);
  std::vector<bool> seen(count, false);
  std::vector<Quant> fixed(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (graph.tensors[i].constant) continue;
    const std::size_t root = sets.find(i);
    joined[root] = seen[root] ? join(joined[root], ranges[i]) : ranges[i];
    seen[root] = true;
  }
  for (const Node& node : graph.nodes) {
    const QuantRule rule = quant_rule(node.op);
    if (rule.output == OutputRule::kFixed) fixed[sets.find(static_cast<std::size_t>(node.outputs[0]))] = rule.fixed;
  }
  std::vector<Quant> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (graph.tensors[i].constant) continue;
    const std::size_t root = sets.find(i);
    result[i] = with_context(fmt::format("tensor '{}'", graph.tensors[i].name),
                             [&] { return fixed[root].empty() ? activation_quant(joined[root]) : fixed[root]; });
  }
  return result;
}

std::int64_t inner_extent(const Tensor& tensor, std::int32_t axis) {
  std::int64_t inner = 1;
  for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < tensor.shape.size(); ++i) inner *= tensor.shape[i];
  return inner;
}

void check_finite(const Tensor& constant) {
  for (float value : graph::values<float>(constant)) {
    if (!std::isfinite(value))
      throw Error(ErrorCode::kInvalid,
                  fmt::format("a value of '{}' is {}: the training has diverged", constant.name, value));
  }
}

// Scales of the weights, one for each output channel or one in all.
std::vector<float> weight_scales(const Tensor& weights, std::span<const float> bias, float input_scale,
                                 std::int32_t axis, bool per_channel) {
  const auto channels = static_cast<std::size_t>(weights.shape[static_cast<std::size_t>(axis)]);
  const auto inner = static_cast<std::size_t>(inner_extent(weights, axis));
  const auto values = graph::values<float>(weights);
  std::vector<float> greatest(channels, 0.0F);
  for (std::size_t i = 0; i < values.size(); ++i) {
    float& channel = greatest[(i / inner) % channels];
    channel = std::max(channel, std::abs(values[i]));
  }
  std::vector<float> scales;
  for (std::size_t c = 0; c < channels; ++c) {
    scales.push_back(weight_scale(greatest[c], bias.empty() ? 0.0F : bias[c], input_scale));
  }
  if (per_channel) return scales;
  return {*std::max_element(scales.begin(), scales.end())};
}

Tensor quantized_weights(const Tensor& weights, const std::vector<float>& scales, std::int32_t axis) {
  const auto values = graph::values<float>(weights);
  const auto inner = static_cast<std::size_t>(inner_extent(weights, axis));
  std::vector<std::int8_t> integers(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float scale = scales[(i / inner) % scales.size()];
    integers[i] =
        static_cast<std::int8_t>(round_clamped(static_cast<double>(values[i]) / static_cast<double>(scale), -127, 127));
  }
  Quant quant{scales, std::vector<std::int32_t>(scales.size(), 0), scales.size() > 1 ? axis : -1};
  return {weights.name, DType::kInt8, weights.shape,
          quant,        true,         graph::make_buffer(std::span<const std::int8_t>(integers))};
}

Tensor quantized_bias(const Tensor& bias, const std::vector<float>& weight_scales, float input_scale) {
  constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kGreatest = std::numeric_limits<std::int32_t>::max();
  const auto values = graph::values<float>(bias);
  std::vector<std::int32_t> integers(values.size());
  Quant quant;
  for (std::size_t c = 0; c < values.size(); ++c) {
    const double scale =
        static_cast<double>(input_scale) * static_cast<double>(weight_scales[c % weight_scales.size()]);
    integers[c] = round_clamped(static_cast<double>(values[c]) / scale, kLeast, kGreatest);
  }
  for (float scale : weight_scales) {
    quant.scales.push_back(static_cast<float>(static_cast<double>(input_scale) * static_cast<double>(scale)));
    quant.zero_points.push_back(0);
  }
  quant.axis = weight_scales.size() > 1 ? 0 : -1;
  return {bias.name, DType::kInt32, bias.shape,
          quant,     true,          graph::make_buffer(std::span<const std::int32_t>(integers))};
}

class Quantizer {
 public:
  Quantizer(const Graph& source, const std::vector<Range>& ranges, const QuantizeSettings& settings)
      : source_(source), settings_(settings), quants_(activation_quants(source, ranges)), result_(source) {}

  Graph run() {
    for (std::size_t i = 0; i < result_.tensors.size(); ++i) {
      if (result_.tensors[i].constant) continue;
      result_.tensors[i].type = DType::kInt8;
      result_.tensors[i].quant = quants_[i];
    }
    for (Node& node : result_.nodes) {
      const QuantRule rule = quant_rule(node.op);
      if (rule.weighted)
        with_context(fmt::format("layer '{}'", result_.node_name(node)), [&] { weighted(node, rule); });
    }
    return compact(result_);
  }

 private:
  // A constant that two layers share becomes two: their input scales may differ.
  TensorId append(Tensor tensor) {
    result_.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(result_.tensors.size() - 1);
  }

  void weighted(Node& node, const QuantRule& rule) {
    for (std::size_t i = 1; i < node.inputs.size(); ++i) check_finite(source_.tensor(node.inputs[i]));
    const Tensor& weights = source_.tensor(node.inputs[1]);
    const bool has_bias = node.inputs.size() > 2;
    const auto bias = has_bias ? graph::values<float>(source_.tensor(node.inputs[2])) : std::span<const float>();
    const float input_scale = quants_[static_cast<std::size_t>(node.inputs[0])].scales[0];
    const bool requested = rule.per_channel_on_request && settings_.dense == DenseScales::kPerChannel;
    const bool per_channel = rule.per_channel || requested;
    const std::vector<float> scales = weight_scales(weights, bias, input_scale, rule.channel_axis, per_channel);
    if (has_bias) {
      const Tensor& float_bias = source_.tensor(node.inputs[2]);
      node.inputs[2] = append(quantized_bias(float_bias, scales, input_scale));
    }
    node.inputs[1] = append(quantized_weights(weights, scales, rule.channel_axis));
  }

  const Graph& source_;
  QuantizeSettings settings_;
  std::vector<Quant> quants_;
  Graph result_;
};

}  // namespace

Graph quantize(const Graph& graph, const std::vector<Range>& ranges, const QuantizeSettings& settings) {
  verify(graph, graph::Stage::kFloat);
  assert(ranges.size() == graph.tensors.size());
  Graph result = Quantizer(graph, ranges, settings).run();
  verify(result, graph::Stage::kInt8);
  return result;
}

}  // namespace mote::quant
