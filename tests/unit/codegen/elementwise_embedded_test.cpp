#include "elementwise_layers.h"

namespace mote::test {

TEST(Elementwise, SumsAndLookupsEqualTheRuntimeOnCortexM4) {
  expect_right(elementwise_layers(), device::Core::kCortexM4);
}

}  // namespace mote::test
