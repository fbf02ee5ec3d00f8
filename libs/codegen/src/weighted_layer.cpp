#include "weighted_layer.h"

#include "mote/runtime/kernels/mote_conv2d_s16.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "mote/runtime/kernels/mote_dense_s16.h"
#include "mote/runtime/kernels/mote_dense_s8.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s16.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

// Of int16 activations, whose zero point is 0.
std::optional<WeightedLayer> wide_layer(const plan::KernelCall& call) {
  if (call.op == &mote_conv2d_s16_op) {
    const auto& p = call.parameters_as<mote_conv2d_s16_params>(mote_conv2d_s16_op);
    const std::int64_t inner = std::int64_t{p.window.kernel_h} * p.window.kernel_w * p.input_c;
    return WeightedLayer{p.scaling, 0, 0, p.activation, p.output_c, inner};
  }
  if (call.op == &mote_dense_s16_op) {
    const auto& p = call.parameters_as<mote_dense_s16_params>(mote_dense_s16_op);
    return WeightedLayer{p.scaling, 0, 0, p.activation, p.outputs, p.inputs};
  }
  if (call.op == &mote_depthwise_conv2d_s16_op) {
    const auto& p = call.parameters_as<mote_depthwise_conv2d_s16_params>(mote_depthwise_conv2d_s16_op);
    return WeightedLayer{p.scaling, 0, 0, p.activation, p.input_c * p.multiplier, 1};
  }
  return std::nullopt;
}

}  // namespace

std::optional<WeightedLayer> weighted_layer(const Layer& layer) {
  const plan::KernelCall& call = layer.call;
  if (call.op == &mote_conv2d_s8_op) {
    const auto& p = call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op);
    const std::int64_t inner = std::int64_t{p.window.kernel_h} * p.window.kernel_w * p.input_c;
    return WeightedLayer{p.scaling, p.input_offset, p.output_offset, p.activation, p.output_c, inner};
  }
  if (call.op == &mote_dense_s8_op) {
    const auto& p = call.parameters_as<mote_dense_s8_params>(mote_dense_s8_op);
    return WeightedLayer{p.scaling, p.input_offset, p.output_offset, p.activation, p.outputs, p.inputs};
  }
  if (call.op == &mote_depthwise_conv2d_s8_op) {
    const auto& p = call.parameters_as<mote_depthwise_conv2d_s8_params>(mote_depthwise_conv2d_s8_op);
    return WeightedLayer{p.scaling, p.input_offset, p.output_offset, p.activation, p.input_c * p.multiplier, 1};
  }
  return wide_layer(call);
}

}  // namespace mote::codegen
