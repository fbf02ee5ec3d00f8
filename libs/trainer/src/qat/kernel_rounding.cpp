#include "kernel_rounding.h"

#include "mote/runtime/kernels/mote_add_s8.h"

namespace mote::trainer {
namespace {

graph::Activation activation_of(const graph::Op& op) {
  return std::visit(
      [](const auto& attributes) {
        if constexpr (requires { attributes.activation; }) return attributes.activation;
        return graph::Activation::kNone;
      },
      op);
}

mote_activation bounds_of(const graph::Op& op, const graph::Quant& output) {
  const quant::ActivationBounds bounds = quant::activation_bounds(activation_of(op), output);
  return {bounds.min, bounds.max};
}

float scale_of(const graph::Graph& graph, graph::TensorId tensor) {
  return graph.tensor(tensor).quant.scales[0];
}

SumRounding weighted_rounding(const graph::Graph& graph, const graph::Node& node) {
  SumRounding result;
  const std::vector<float>& scales = graph.tensor(node.inputs[1]).quant.scales;
  const float input = scale_of(graph, node.inputs[0]), output = scale_of(graph, node.outputs[0]);
  const bool has_one_factor = std::holds_alternative<graph::Dense>(node.op) && scales.size() == 1;
  for (float scale : scales) {
    const double factor =
        has_one_factor ? quant::dense_factor(input, scale, output) : quant::channel_factor(input, scale, output);
    result.multipliers.push_back(quant::quantize_multiplier(factor));
  }
  result.bias = {0};
  if (node.inputs.size() > 2) {
    const auto bias = graph::values<std::int32_t>(graph.tensor(node.inputs[2]));
    result.bias.assign(bias.begin(), bias.end());
  }
  return result;
}

SumRounding mean_rounding(const graph::Graph& graph, const graph::Node& node) {
  const double factor =
      static_cast<double>(scale_of(graph, node.inputs[0])) / static_cast<double>(scale_of(graph, node.outputs[0]));
  const std::int64_t reduced = graph.tensor(node.inputs[0]).elements() / graph.tensor(node.outputs[0]).elements();
  SumRounding result;
  result.multipliers = {quant::mean_multiplier(factor, static_cast<std::int32_t>(reduced))};
  result.bias = {0};
  return result;
}

std::int32_t scaled_operand(float value, const quant::Multiplier& multiplier) {
  const auto steps = static_cast<std::int32_t>(std::lround(value));
  return mote_requantize(steps * (1 << MOTE_ADD_S8_LEFT_SHIFT), multiplier.value, multiplier.shift);
}

}  // namespace

float AdditionRounding::operator()(float a, float b) const {
  const std::int32_t sum = scaled_operand(a, first) + scaled_operand(b, second);
  return static_cast<float>(mote_requantize_s8(sum, output.value, output.shift, zero_point, bounds) - zero_point);
}

SumRounding sum_rounding(const graph::Graph& graph, const graph::Node& node) {
  const graph::Tensor& output = graph.tensor(node.outputs[0]);
  const bool is_weighted = node.inputs.size() > 1 && graph::is_weight_type(graph.tensor(node.inputs[1]).type) &&
                           graph.tensor(node.inputs[1]).constant;
  SumRounding result;
  if (output.type != graph::DType::kInt8) return result;
  if (is_weighted) result = weighted_rounding(graph, node);
  if (std::holds_alternative<graph::Reduce>(node.op)) result = mean_rounding(graph, node);
  result.zero_point = output.quant.zero_points[0];
  result.bounds = bounds_of(node.op, output.quant);
  return result;
}

AdditionRounding addition_rounding(const graph::Graph& graph, const graph::Node& node) {
  const graph::Tensor& output = graph.tensor(node.outputs[0]);
  const auto* op = std::get_if<graph::Binary>(&node.op);
  if (output.type != graph::DType::kInt8 || op == nullptr || op->kind != graph::BinaryKind::kAdd) return {};
  const quant::SumFactors factors =
      quant::sum_factors(scale_of(graph, node.inputs[0]), scale_of(graph, node.inputs[1]), output.quant.scales[0]);
  return {quant::quantize_multiplier(factors.first), quant::quantize_multiplier(factors.second),
          quant::quantize_multiplier(factors.sum), output.quant.zero_points[0], bounds_of(node.op, output.quant)};
}

}  // namespace mote::trainer
