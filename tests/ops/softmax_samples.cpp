#include "samples.h"

namespace mote::test {

std::vector<Sample> softmax_samples() {
  return within(kRounded, {
                              one_layer("classes", graph::Softmax{}, {1, 12}),
                              one_layer("sharp", graph::Softmax{2.5F}, {1, 5}),
                              one_layer("rows", graph::Softmax{}, {1, 3, 4}),
                          });
}

}  // namespace mote::test
