#include "samples.h"

namespace mote::test {
namespace {

Sample behind(std::string name, const graph::Op& op, graph::Shape input, const graph::LayerSize& size) {
  graph::GraphBuilder builder(name);
  graph::TensorId y = builder.layer("layer", op, {builder.input("x", std::move(input))}, size);
  y = builder.layer("norm", graph::BatchNorm{}, {y});
  return sample(std::move(name), builder, builder.node("relu", graph::Unary{}, {y}));
}

}  // namespace

std::vector<Sample> batch_norm_samples() {
  return {
      behind("conv2d", graph::Conv2d{.padding = graph::Padding::kSame}, {1, 5, 4, 2},
             {.filters = 3, .kernel_h = 3, .kernel_w = 3, .use_bias = 0}),
      behind("depthwise_conv2d", graph::DepthwiseConv2d{}, {1, 5, 4, 2},
             {.kernel_h = 3, .kernel_w = 2, .multiplier = 2}),
      behind("dense", graph::Dense{}, {1, 9}, {.filters = 4}),
      one_layer("alone", graph::BatchNorm{1e-2F, 0.9F}, {1, 3, 2, 4}),
  };
}

}  // namespace mote::test
