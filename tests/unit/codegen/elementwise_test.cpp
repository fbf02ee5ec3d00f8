#include "elementwise_layers.h"

namespace mote::test {

TEST(Elementwise, SumsAndLookupsEqualTheRuntimeOnTheHost) {
  expect_right(elementwise_layers(), device::Core::kHost);
}

}  // namespace mote::test
