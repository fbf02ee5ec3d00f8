#include "samples.h"

namespace mote::test {

std::vector<Sample> dropout_samples() {
  graph::GraphBuilder between("between_layers");
  graph::TensorId y = between.layer("hidden", graph::Dense{}, {between.input("x", {1, 9})}, {.filters = 6});
  y = between.node("drop", graph::Dropout{0.4F}, {y});
  y = between.layer("out", graph::Dense{}, {y}, {.filters = 3});
  // Two dense layers, and so the roundings of both.
  return within(3.5, {sample("between_layers", between, y),
                      after_convolution("as_the_output", graph::Dropout{0.1F}, {1, 3, 2, 2}, 4)});
}

}  // namespace mote::test
