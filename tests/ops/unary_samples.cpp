#include "samples.h"

namespace mote::test {

std::vector<Sample> unary_samples() {
  return {
      one_layer("relu", graph::Unary{graph::UnaryKind::kRelu}, {1, 3, 4, 2}),
      one_layer("relu6", graph::Unary{graph::UnaryKind::kRelu6}, {1, 13}),
      after_convolution("relu6_behind_a_layer", graph::Unary{graph::UnaryKind::kRelu6}, {1, 3, 4, 2}, 5),
  };
}

}  // namespace mote::test
