#include "elementwise_layers.h"

namespace mote::test {

TEST(Elementwise, SumsAndLookupsEqualTheRuntimeOnCortexM4) {
  expect_right(elementwise_layers(), device::Core::kCortexM4);
}

TEST(Elementwise, PortableAndUnoptimizedFormsEqualTheRuntime) {
  expect_right(elementwise_layers(), device::Core::kCortexM4, {"-O2", {"MOTE_PORTABLE"}, {}});
  expect_right(elementwise_layers(), device::Core::kCortexM33, {"-O0", {}, {}});
}

}  // namespace mote::test
