#include "mote/graph/ops/conv2d.h"

#include <fmt/format.h>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Conv2d&, const Tensor& input, const LayerSize& size) {
  check_feature_map(Conv2d::kName, input);
  check_at_least(Conv2d::kName, "filters", size.filters, 1);
  std::vector<WeightSpec> specs{{".weight", {size.filters, size.kernel_h, size.kernel_w, input.shape[3]}}};
  if (size.use_bias != 0) specs.push_back({".bias", {size.filters}});
  return specs;
}

std::vector<Shape> infer(const Conv2d& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(Conv2d::kName, inputs, 2, 3);
  check_constants(Conv2d::kName, inputs, 1);
  const Tensor& x = *inputs[0];
  const Tensor& weights = *inputs[1];
  check_feature_map(Conv2d::kName, x);
  check_rank(Conv2d::kName, "weights", weights, 4);
  if (weights.shape[3] != x.shape[3]) {
    op_error(Conv2d::kName, fmt::format("wanted weights for {} input channels, got {} of shape {}", x.shape[3],
                                        weights.shape[3], to_string(weights.shape)));
  }
  if (inputs.size() > 2) check_shape(Conv2d::kName, "a bias", *inputs[2], {weights.shape[0]});
  const Window window{weights.shape[1], weights.shape[2], op.stride_h, op.stride_w,
                      op.dilation_h,    op.dilation_w,    op.padding};
  return {window_output(Conv2d::kName, window, x.shape, weights.shape[0])};
}

void verify_quantized(const Conv2d&, const NodeView& node) {
  check_weighted_quant(Conv2d::kName, node, 0);
}

std::int64_t multiply_accumulates(const Conv2d&, const NodeView& node) {
  const Shape& weights = node.inputs[1]->shape;
  return node.outputs[0]->elements() * weights[1] * weights[2] * weights[3];
}

}  // namespace mote::graph
