#include "pool_layers.h"

namespace mote::test {

TEST(Pool, PoolsAndMeansEqualTheRuntimeOnTheHost) {
  expect_right(pool_layers(), device::Core::kHost);
}

}  // namespace mote::test
