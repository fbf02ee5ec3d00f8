#include "samples.h"

namespace mote::test {

std::vector<Sample> reshape_samples() {
  using graph::Reshape;
  std::vector<Sample> samples = within(kMoved, {one_layer("flatten", Reshape{{1, 24}}, {1, 3, 4, 2}),
                                                one_layer("map_of_a_vector", Reshape{{1, 2, 3, 2}}, {1, 12})});
  samples.push_back(after_convolution("behind_a_layer", Reshape{{1, 18}}, {1, 3, 2, 2}, 3));
  return samples;
}

}  // namespace mote::test
