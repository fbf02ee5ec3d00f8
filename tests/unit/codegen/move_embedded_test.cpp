#include "move_layers.h"

namespace mote::test {

TEST(Move, PadsReshapesAndConcatsEqualTheRuntimeOnCortexM4) {
  std::vector<EmittedLayer> layers = move_layers();
  add_options(layers, "concat", concat_graph({1, 4, 3, 6}, {1, 4, 3, 2}, 3));
  add_options(layers, "concat of positions", concat_graph({1, 5, 5, 3}, {1, 5, 5, 3}, 3));
  expect_moved(layers, device::Core::kCortexM4);
}

}  // namespace mote::test
