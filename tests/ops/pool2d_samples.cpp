#include "samples.h"

namespace mote::test {

using graph::Activation;
using graph::Padding;

std::vector<Sample> pool2d_samples() {
  using graph::PoolKind;
  return within(
      kRounded,
      {
          one_layer("average", graph::Pool2d{PoolKind::kAverage, 2, 3, 1, 1}, {1, 5, 4, 3}),
          one_layer("average_stride_same", graph::Pool2d{PoolKind::kAverage, 3, 3, 2, 2, Padding::kSame}, {1, 5, 6, 2}),
          one_layer("average_global", graph::Pool2d{PoolKind::kAverage, 5, 3, 1, 1}, {1, 5, 3, 4}),
          one_layer("max", graph::Pool2d{PoolKind::kMax, 2, 2, 2, 2}, {1, 5, 5, 3}),
          one_layer("max_same_relu", graph::Pool2d{PoolKind::kMax, 3, 2, 2, 1, Padding::kSame, Activation::kRelu},
                    {1, 5, 4, 2}),
          one_layer("average_relu6", graph::Pool2d{PoolKind::kAverage, 1, 2, 1, 2, Padding::kValid, Activation::kRelu6},
                    {1, 3, 7, 2}),
      });
}

}  // namespace mote::test
