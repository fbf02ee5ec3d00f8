#include "mote/quant/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "mote/base/error.h"
#include "rules.h"
#include "ties.h"

namespace mote::quant {
namespace {

using graph::DType;
using graph::Graph;
using graph::Node;
using graph::Quant;
using graph::Tensor;
using graph::TensorId;

// A softmax output keeps its fixed scale through whatever is tied to it.
std::vector<Quant> activation_quants(const Graph& graph, const std::vector<Range>& ranges, ActivationType type) {
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
    if (rule.output != OutputRule::kFixed) continue;
    fixed[sets.find(static_cast<std::size_t>(node.outputs[0]))] =
        type == ActivationType::kInt16 ? rule.fixed_int16 : rule.fixed;
  }
  std::vector<Quant> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (graph.tensors[i].constant) continue;
    const std::size_t root = sets.find(i);
    result[i] = with_context(fmt::format("tensor '{}'", graph.tensors[i].name),
                             [&] { return fixed[root].empty() ? activation_quant(joined[root], type) : fixed[root]; });
  }
  return result;
}

void check_finite(const Tensor& constant) {
  for (float value : graph::values<float>(constant)) {
    if (!std::isfinite(value))
      throw Error(ErrorCode::kInvalid,
                  fmt::format("a value of '{}' is {}: the training has diverged", constant.name, value));
  }
}

Tensor weight_tensor(const Tensor& weights, const IntegerWeights& integers, WeightType type) {
  const std::vector<float>& scales = integers.scales;
  Quant quant{scales, std::vector<std::int32_t>(scales.size(), 0), scales.size() > 1 ? integers.layout.axis : -1};
  return {weights.name,  weight_dtype(type),
          weights.shape, quant,
          true,          graph::make_buffer(std::span<const std::int8_t>(integers.integers))};
}

std::int64_t round_saturated(double value, DType type) {
  if (type == DType::kInt32) {
    return round_clamped(value, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max());
  }
  constexpr double kGreatest = static_cast<double>(std::int64_t{1} << 62);
  return static_cast<std::int64_t>(std::clamp(std::round(value), -kGreatest, kGreatest));
}

// At scale input·weight; Integer is int32 or int64.
template <class Integer>
Tensor bias_tensor(const Tensor& bias, const std::vector<float>& weight_scales, float input_scale, DType type) {
  const auto values = graph::values<float>(bias);
  std::vector<Integer> integers(values.size());
  Quant quant;
  for (std::size_t c = 0; c < values.size(); ++c) {
    const double scale =
        static_cast<double>(input_scale) * static_cast<double>(weight_scales[c % weight_scales.size()]);
    integers[c] = static_cast<Integer>(round_saturated(static_cast<double>(values[c]) / scale, type));
  }
  for (float scale : weight_scales) {
    quant.scales.push_back(static_cast<float>(static_cast<double>(input_scale) * static_cast<double>(scale)));
    quant.zero_points.push_back(0);
  }
  quant.axis = weight_scales.size() > 1 ? 0 : -1;
  return {bias.name, type, bias.shape, quant, true, graph::make_buffer(std::span<const Integer>(integers))};
}

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::kInvalid, message);
}

void check_entries(std::string_view what, std::size_t got, std::size_t nodes) {
  if (got == 0 || got == nodes) return;
  fail(fmt::format("wanted {} for none or for each of {} layers, got {}", what, nodes, got));
}

void check_given(std::span<const float> scales, std::size_t wanted) {
  if (!scales.empty() && scales.size() != wanted) {
    fail(fmt::format("wanted {} weight scales, got {}", wanted, scales.size()));
  }
  for (float scale : scales) {
    if (!(scale > 0) || !std::isfinite(scale)) fail(fmt::format("wanted positive weight scales, got {}", scale));
  }
}

class Quantizer {
 public:
  Quantizer(const Graph& source, const std::vector<Range>& ranges, const QuantizeSettings& settings)
      : source_(source),
        settings_(settings),
        quants_(activation_quants(source, ranges, settings.activations)),
        result_(source) {}

  Graph run() {
    check_entries("weight types", settings_.weights.size(), source_.nodes.size());
    check_entries("weight scales", settings_.weight_scales.size(), source_.nodes.size());
    for (std::size_t i = 0; i < result_.tensors.size(); ++i) {
      if (result_.tensors[i].constant) continue;
      result_.tensors[i].type = activation_dtype(settings_.activations);
      result_.tensors[i].quant = quants_[i];
    }
    for (std::size_t i = 0; i < result_.nodes.size(); ++i) {
      if (!quant_rule(result_.nodes[i].op).weighted) continue;
      with_context(fmt::format("layer '{}'", result_.node_name(result_.nodes[i])), [&] { weighted(i); });
    }
    return compact(result_);
  }

 private:
  // A constant that two layers share becomes two: their input scales may differ.
  TensorId append(Tensor tensor) {
    result_.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(result_.tensors.size() - 1);
  }

  WeightType weight_type(std::size_t index) const {
    const WeightType type = settings_.weights.empty() ? WeightType::kInt8 : settings_.weights[index];
    if (settings_.activations == ActivationType::kInt16 && type != WeightType::kInt8) {
      fail(fmt::format("int16 activations want int8 weights, got {}", enum_name(type)));
    }
    return type;
  }

  IntegerWeights integers(std::size_t index, WeightType type, float input_scale) const {
    const Node& node = source_.nodes[index];
    const WeightLayout layout = *weight_layout(source_, node, type, settings_.dense);
    std::vector<float> least;
    if (node.inputs.size() > 2) {
      for (float bias : graph::values<float>(source_.tensor(node.inputs[2]))) {
        least.push_back(least_weight_scale(bias, input_scale, settings_.activations));
      }
    }
    ScaleChoice choice;
    choice.least = least;
    if (!settings_.weight_scales.empty()) choice.given = settings_.weight_scales[index];
    check_given(choice.given, layout.scales);
    return integer_weights(graph::values<float>(source_.tensor(node.inputs[1])), layout, type, choice);
  }

  void weighted(std::size_t index) {
    const Node& before = source_.nodes[index];
    for (std::size_t i = 1; i < before.inputs.size(); ++i) check_finite(source_.tensor(before.inputs[i]));
    const WeightType type = weight_type(index);
    const float input_scale = quants_[static_cast<std::size_t>(before.inputs[0])].scales[0];
    const IntegerWeights whole = integers(index, type, input_scale);
    Node& node = result_.nodes[index];
    if (before.inputs.size() > 2) {
      const Tensor& bias = source_.tensor(before.inputs[2]);
      const bool wide = settings_.activations == ActivationType::kInt16;
      node.inputs[2] = append(wide ? bias_tensor<std::int64_t>(bias, whole.scales, input_scale, DType::kInt64)
                                   : bias_tensor<std::int32_t>(bias, whole.scales, input_scale, DType::kInt32));
    }
    node.inputs[1] = append(weight_tensor(source_.tensor(before.inputs[1]), whole, type));
  }

  const Graph& source_;
  const QuantizeSettings& settings_;
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
