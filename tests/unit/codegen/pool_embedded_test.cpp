#include "pool_layers.h"

namespace mote::test {

TEST(Pool, PoolsAndMeansEqualTheRuntimeOnCortexM4) {
  expect_right(pool_layers(), device::Core::kCortexM4);
}

}  // namespace mote::test
