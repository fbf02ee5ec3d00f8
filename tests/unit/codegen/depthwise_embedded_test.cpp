#include "depthwise_layers.h"

namespace mote::test {

TEST(Depthwise, RowsOfThreeByThreeEqualTheRuntimeOnCortexM4) {
  expect_right(depthwise_3x3_layers(), device::Core::kCortexM4);
}

TEST(Depthwise, AnyWindowEqualsTheRuntimeOnCortexM4) {
  expect_right(other_depthwise_layers(), device::Core::kCortexM4);
}

}  // namespace mote::test
