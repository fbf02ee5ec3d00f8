#include "pool_layers.h"

namespace mote::test {

TEST(Pool, PoolsAndMeansEqualTheRuntimeOnCortexM4) {
  expect_right(pool_layers(), device::Core::kCortexM4);
}

TEST(Pool, PortableAndUnoptimizedFormsEqualTheRuntime) {
  expect_right(pool_layers(), device::Core::kCortexM4, {"-O2", {"MOTE_PORTABLE"}, {}});
  expect_right(pool_layers(), device::Core::kCortexM33, {"-O0", {}, {}});
}

}  // namespace mote::test
