#include "samples.h"

namespace mote::test {

using graph::Activation;
using graph::Padding;

std::vector<Sample> depthwise_conv2d_samples() {
  graph::DepthwiseConv2d same{.padding = Padding::kSame};
  graph::DepthwiseConv2d strided{
      .stride_h = 2, .stride_w = 2, .padding = Padding::kSame, .activation = Activation::kRelu};
  graph::DepthwiseConv2d dilated{.dilation_h = 1, .dilation_w = 2, .activation = Activation::kRelu6};
  return {
      one_layer("same", same, {1, 5, 4, 3}, {.kernel_h = 3, .kernel_w = 3}),
      one_layer("stride_same_relu", strided, {1, 5, 6, 4}, {.kernel_h = 3, .kernel_w = 3}),
      one_layer("dilated_multiplier_relu6", dilated, {1, 4, 6, 2}, {.kernel_h = 2, .kernel_w = 3, .multiplier = 3}),
      one_layer("without_bias", graph::DepthwiseConv2d{}, {1, 3, 4, 5}, {.kernel_h = 1, .kernel_w = 4, .use_bias = 0}),
      one_layer("one_channel", same, {1, 4, 4, 1}, {.kernel_h = 3, .kernel_w = 3}),
      one_layer("one_channel_of_many", same, {1, 4, 3, 1}, {.kernel_h = 3, .kernel_w = 3, .multiplier = 4}),
  };
}

}  // namespace mote::test
