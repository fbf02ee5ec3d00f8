#include "mote/graph/ops/common.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "check.h"
#include "mote/base/error.h"

namespace mote::graph {

WindowAxis window_axis(std::int32_t input, std::int32_t kernel, std::int32_t stride, std::int32_t dilation,
                       Padding padding) {
  const std::int64_t reach = (static_cast<std::int64_t>(kernel) - 1) * dilation + 1;
  if (padding == Padding::kValid) {
    const std::int64_t output = reach > input ? 0 : (input - reach) / stride + 1;
    return {static_cast<std::int32_t>(output), 0, 0};
  }
  const std::int64_t output = (static_cast<std::int64_t>(input) + stride - 1) / stride;
  const std::int64_t total = std::max<std::int64_t>(0, (output - 1) * stride + reach - input);
  return {static_cast<std::int32_t>(output), static_cast<std::int32_t>(total / 2),
          static_cast<std::int32_t>(total - total / 2)};
}

void op_error(std::string_view op, const std::string& message) {
  throw Error(ErrorCode::kInvalid, fmt::format("[{}] {}", op, message));
}

void check_extents(const Shape& shape) {
  std::int64_t elements = 1;
  for (std::int32_t extent : shape) {
    if (extent < 1) throw Error(ErrorCode::kInvalid, fmt::format("wanted extents >= 1, got {}", to_string(shape)));
    elements *= extent;
    if (elements <= std::numeric_limits<std::int32_t>::max()) continue;
    throw Error(ErrorCode::kInvalid, fmt::format("wanted at most 2147483647 elements, got {}", to_string(shape)));
  }
}

void check_input_count(std::string_view op, const std::vector<const Tensor*>& inputs, std::size_t least,
                       std::size_t most) {
  if (inputs.size() >= least && inputs.size() <= most) return;
  const std::string wanted = least == most ? std::to_string(least) : fmt::format("{} to {}", least, most);
  op_error(op, fmt::format("wanted {} inputs, got {}", wanted, inputs.size()));
}

void check_rank(std::string_view op, std::string_view what, const Tensor& tensor, std::size_t rank) {
  if (tensor.shape.size() == rank) return;
  op_error(op, fmt::format("wanted {} of rank {}, got {}", what, rank, to_string(tensor.shape)));
}

void check_rank_at_least(std::string_view op, const Tensor& input, std::size_t rank) {
  if (input.shape.size() >= rank) return;
  op_error(op, fmt::format("wanted an input of rank {} or more, got {}", rank, to_string(input.shape)));
}

void check_feature_map(std::string_view op, const Tensor& tensor) {
  if (tensor.shape.size() == 4 && tensor.shape[0] == 1) return;
  op_error(op, fmt::format("wanted an input [1,height,width,channels], got {}", to_string(tensor.shape)));
}

void check_constants(std::string_view op, const std::vector<const Tensor*>& inputs, std::size_t first) {
  for (std::size_t i = first; i < inputs.size(); ++i) {
    if (!inputs[i]->constant) op_error(op, fmt::format("wanted a constant as input {}, got '{}'", i, inputs[i]->name));
  }
}

void check_at_least(std::string_view op, std::string_view what, std::int32_t value, std::int32_t least) {
  if (value < least) op_error(op, fmt::format("{} must be >= {}, got {}", what, least, value));
}

void check_shape(std::string_view op, std::string_view what, const Tensor& tensor, const Shape& wanted) {
  if (tensor.shape == wanted) return;
  op_error(op, fmt::format("wanted {} of shape {}, got {}", what, to_string(wanted), to_string(tensor.shape)));
}

Shape window_output(std::string_view op, const Window& window, const Shape& input, std::int32_t channels) {
  check_at_least(op, "kernel height", window.kernel_h, 1);
  check_at_least(op, "kernel width", window.kernel_w, 1);
  check_at_least(op, "stride", std::min(window.stride_h, window.stride_w), 1);
  check_at_least(op, "dilation", std::min(window.dilation_h, window.dilation_w), 1);
  const WindowAxis h = window_axis(input[1], window.kernel_h, window.stride_h, window.dilation_h, window.padding);
  const WindowAxis w = window_axis(input[2], window.kernel_w, window.stride_w, window.dilation_w, window.padding);
  if (h.output < 1 || w.output < 1) {
    op_error(op, fmt::format("a {}x{} kernel does not fit into an input of {} without padding", window.kernel_h,
                             window.kernel_w, to_string(input)));
  }
  return {1, h.output, w.output, channels};
}

void check_activation_quant(std::string_view op, std::string_view what, const Tensor& tensor) {
  const bool legal_type = tensor.type == DType::kInt8 || tensor.type == DType::kInt16;
  if (!legal_type || tensor.quant.scales.size() != 1 || tensor.quant.per_channel()) {
    op_error(op, fmt::format("wanted {} '{}' as int8 or int16 with one scale, got {} with {}", what, tensor.name,
                             to_string(tensor.type), tensor.quant.scales.size()));
  }
  const std::int32_t zero_point = tensor.quant.zero_points[0];
  if (tensor.type == DType::kInt16 && zero_point != 0) {
    op_error(op, fmt::format("wanted zero point 0 for int16 '{}', got {}", tensor.name, zero_point));
  }
  if (zero_point < -128 || zero_point > 127) {
    op_error(op, fmt::format("wanted a zero point in -128..127 for '{}', got {}", tensor.name, zero_point));
  }
}

namespace {

// An imported int4 weight may be -8, as an imported int8 one may be -128.
bool within_type(std::int8_t value, DType type) {
  if (type == DType::kInt4) return value >= -8 && value <= 7;
  if (type == DType::kTernary) return value >= -1 && value <= 1;
  if (type == DType::kBinary) return value == -1 || value == 1;
  return true;
}

void check_weight_values(std::string_view op, const Tensor& weights) {
  if (weights.type == DType::kInt8) return;
  for (std::int8_t value : values<std::int8_t>(weights)) {
    if (within_type(value, weights.type)) continue;
    op_error(op, fmt::format("{} is no {} weight, in '{}'", value, to_string(weights.type), weights.name));
  }
}

}  // namespace

void check_weight_quant(std::string_view op, const Tensor& weights, std::int32_t axis) {
  const Quant& quant = weights.quant;
  if (!is_weight_type(weights.type) || quant.empty()) {
    op_error(op, fmt::format("wanted weights '{}' as int8, int4, ternary or binary with scales, got {}", weights.name,
                             to_string(weights.type)));
  }
  if (quant.per_channel() && quant.axis != axis) {
    op_error(op, fmt::format("wanted the scales of '{}' along axis {}, got axis {}", weights.name, axis, quant.axis));
  }
  if (std::any_of(quant.zero_points.begin(), quant.zero_points.end(), [](std::int32_t zero) { return zero != 0; })) {
    op_error(op, fmt::format("wanted symmetric weights (zero point 0) in '{}'", weights.name));
  }
  check_weight_values(op, weights);
}

void check_one_activation_type(std::string_view op, const NodeView& node) {
  const DType type = node.outputs[0]->type;
  for (const Tensor* input : node.inputs) {
    if (input->constant || input->type == type) continue;
    op_error(op, fmt::format("wanted input '{}' of its output's type {}, got {}", input->name, to_string(type),
                             to_string(input->type)));
  }
}

void check_weighted_quant(std::string_view op, const NodeView& node, std::int32_t weight_axis) {
  check_activation_quant(op, "input", *node.inputs[0]);
  check_weight_quant(op, *node.inputs[1], weight_axis);
  check_activation_quant(op, "output", *node.outputs[0]);
  check_one_activation_type(op, node);
  const bool wide = node.outputs[0]->type == DType::kInt16;
  if (wide && node.inputs[1]->type != DType::kInt8) {
    op_error(op, fmt::format("int16 activations want int8 weights, got {} in '{}'", to_string(node.inputs[1]->type),
                             node.inputs[1]->name));
  }
  if (node.inputs.size() < 3) return;
  const DType wanted = wide ? DType::kInt64 : DType::kInt32;
  const Tensor& bias = *node.inputs[2];
  if (bias.type == wanted) return;
  op_error(op, fmt::format("wanted the bias '{}' as {}, got {}", bias.name, to_string(wanted), to_string(bias.type)));
}

void check_tied_quant(std::string_view op, const NodeView& node) {
  check_activation_quant(op, "input", *node.inputs[0]);
  check_activation_quant(op, "output", *node.outputs[0]);
  check_one_activation_type(op, node);
  if (node.inputs[0]->quant == node.outputs[0]->quant) return;
  op_error(op, fmt::format("wanted equal scale and zero point for input '{}' and output '{}', got {}:{} and {}:{}",
                           node.inputs[0]->name, node.outputs[0]->name, node.inputs[0]->quant.scales[0],
                           node.inputs[0]->quant.zero_points[0], node.outputs[0]->quant.scales[0],
                           node.outputs[0]->quant.zero_points[0]));
}

}  // namespace mote::graph
