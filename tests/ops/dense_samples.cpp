#include "samples.h"

namespace mote::test {

using graph::Activation;

std::vector<Sample> dense_samples() {
  return {
      one_layer("plain", graph::Dense{}, {1, 11}, {.filters = 5}),
      one_layer("relu", graph::Dense{Activation::kRelu}, {1, 8}, {.filters = 3}),
      one_layer("relu6_without_bias", graph::Dense{Activation::kRelu6}, {1, 7}, {.filters = 4, .use_bias = 0}),
      one_layer("one_unit", graph::Dense{}, {1, 6}, {.filters = 1}),
      one_layer("of_a_map", graph::Dense{}, {1, 3, 2, 2}, {.filters = 4}),
  };
}

}  // namespace mote::test
