#include "samples.h"

namespace mote::test {

std::vector<Sample> pad_samples() {
  using graph::Pad;
  std::vector<Sample> samples = within(kMoved, {one_layer("map", Pad{{0, 1, 2, 0}, {0, 2, 0, 0}}, {1, 3, 2, 2}),
                                                one_layer("channels", Pad{{0, 0, 0, 1}, {0, 0, 0, 2}}, {1, 2, 3, 2})});
  samples.push_back(after_convolution("behind_a_layer", Pad{{0, 0, 1, 0}, {0, 1, 1, 0}}, {1, 3, 2, 2}, 3));
  return samples;
}

}  // namespace mote::test
