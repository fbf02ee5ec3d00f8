#include "mote/graph/ops/depthwise_conv2d.h"

#include <fmt/format.h>

#include <limits>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const DepthwiseConv2d&, const Tensor& input, const LayerSize& size) {
  check_feature_map(DepthwiseConv2d::kName, input);
  check_at_least(DepthwiseConv2d::kName, "multiplier", size.multiplier, 1);
  const std::int64_t product = std::int64_t{input.shape[3]} * size.multiplier;
  if (product > std::numeric_limits<std::int32_t>::max()) {
    op_error(DepthwiseConv2d::kName,
             fmt::format("multiplier {} gives more channels than fit 32 bits", size.multiplier));
  }
  const auto channels = static_cast<std::int32_t>(product);
  std::vector<WeightSpec> specs{{".weight", {1, size.kernel_h, size.kernel_w, channels}}};
  if (size.use_bias != 0) specs.push_back({".bias", {channels}});
  return specs;
}

std::vector<Shape> infer(const DepthwiseConv2d& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(DepthwiseConv2d::kName, inputs, 2, 3);
  check_constants(DepthwiseConv2d::kName, inputs, 1);
  const Tensor& x = *inputs[0];
  const Tensor& weights = *inputs[1];
  check_feature_map(DepthwiseConv2d::kName, x);
  check_rank(DepthwiseConv2d::kName, "weights", weights, 4);
  const std::int32_t channels = weights.shape[3];
  if (weights.shape[0] != 1 || channels % x.shape[3] != 0) {
    op_error(DepthwiseConv2d::kName,
             fmt::format("wanted weights [1,height,width,channels], channels a multiple of {}, got {}", x.shape[3],
                         to_string(weights.shape)));
  }
  if (inputs.size() > 2) check_shape(DepthwiseConv2d::kName, "a bias", *inputs[2], {channels});
  const Window window{weights.shape[1], weights.shape[2], op.stride_h, op.stride_w,
                      op.dilation_h,    op.dilation_w,    op.padding};
  return {window_output(DepthwiseConv2d::kName, window, x.shape, channels)};
}

void verify_quantized(const DepthwiseConv2d&, const NodeView& node) {
  check_weighted_quant(DepthwiseConv2d::kName, node, 3);
}

std::int64_t multiply_accumulates(const DepthwiseConv2d&, const NodeView& node) {
  const Shape& weights = node.inputs[1]->shape;
  return node.outputs[0]->elements() * weights[1] * weights[2];
}

}  // namespace mote::graph
