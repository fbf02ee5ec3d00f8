#include "samples.h"

namespace mote::test {

using graph::Activation;
using graph::Padding;

std::vector<Sample> conv2d_samples() {
  graph::Conv2d same{.padding = Padding::kSame};
  graph::Conv2d strided{.stride_h = 2, .stride_w = 1, .padding = Padding::kSame, .activation = Activation::kRelu};
  graph::Conv2d dilated{.dilation_h = 2, .dilation_w = 1, .activation = Activation::kRelu6};
  graph::Conv2d uneven{.stride_h = 2, .stride_w = 3};
  return {
      one_layer("pointwise", graph::Conv2d{}, {1, 3, 2, 5}, {.filters = 4}),
      one_layer("same", same, {1, 5, 4, 3}, {.filters = 5, .kernel_h = 3, .kernel_w = 3}),
      one_layer("even_kernel_stride_same_relu", strided, {1, 7, 5, 2}, {.filters = 3, .kernel_h = 4, .kernel_w = 2}),
      one_layer("dilated_relu6", dilated, {1, 6, 4, 2}, {.filters = 3, .kernel_h = 3, .kernel_w = 2}),
      one_layer("uneven_stride_without_bias", uneven, {1, 6, 8, 2},
                {.filters = 3, .kernel_h = 3, .kernel_w = 2, .use_bias = 0}),
      one_layer("one_dimensional", same, {1, 1, 11, 3}, {.filters = 4, .kernel_h = 1, .kernel_w = 5}),
      one_layer("one_filter", graph::Conv2d{}, {1, 4, 4, 1}, {.filters = 1, .kernel_h = 3, .kernel_w = 3}),
      one_layer("kernel_beyond_the_input", same, {1, 2, 3, 2}, {.filters = 2, .kernel_h = 5, .kernel_w = 5}),
  };
}

}  // namespace mote::test
