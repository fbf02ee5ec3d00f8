// Checks that the op files share. Messages start with the op's name in brackets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mote/graph/op_functions.h"
#include "mote/graph/ops/common.h"

namespace mote::graph {

[[noreturn]] void op_error(std::string_view op, const std::string& message);

// Every extent is >= 1 and the elements number at most 2^31 - 1, so that counts of them never overflow.
void check_extents(const Shape& shape);

// The number of inputs lies in [least, most].
void check_input_count(std::string_view op, const std::vector<const Tensor*>& inputs, std::size_t least,
                       std::size_t most);
void check_rank(std::string_view op, std::string_view what, const Tensor& tensor, std::size_t rank);
void check_rank_at_least(std::string_view op, const Tensor& input, std::size_t rank);
// The input of a window: [1,H,W,C].
void check_feature_map(std::string_view op, const Tensor& tensor);
// Inputs from `first` on are constants.
void check_constants(std::string_view op, const std::vector<const Tensor*>& inputs, std::size_t first);
void check_at_least(std::string_view op, std::string_view what, std::int32_t value, std::int32_t least);
void check_shape(std::string_view op, std::string_view what, const Tensor& tensor, const Shape& wanted);

// Output height and width of a window over a [1,H,W,C] input; errors when it does not fit or a setting is < 1.
struct Window {
  std::int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  Padding padding;
};
Shape window_output(std::string_view op, const Window& window, const Shape& input, std::int32_t channels);

// kInt8 rules. Activations: int8, or int16 with zero point 0. Weights: int8, int4, ternary or binary, each value within
// its type, zero points 0, per tensor or per channel along `axis`. Bias: int32.
void check_activation_quant(std::string_view op, std::string_view what, const Tensor& tensor);
void check_weight_quant(std::string_view op, const Tensor& weights, std::int32_t axis);
// Every activation of the node has one type: nothing converts between int8 and int16 inside a graph.
void check_one_activation_type(std::string_view op, const NodeView& node);
// Weighted ops: x, weights, optional bias and the output at once. int16 activations want int8 weights and an int64
// bias.
void check_weighted_quant(std::string_view op, const NodeView& node, std::int32_t weight_axis);
// Input and output share one scale and zero point.
void check_tied_quant(std::string_view op, const NodeView& node);

}  // namespace mote::graph
