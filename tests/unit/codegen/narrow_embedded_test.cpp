#include <gtest/gtest.h>

#include "narrow_layers.h"

namespace mote::test {
namespace {

TEST(NarrowEmbedded, EveryOptionGivesTheRuntimesBytesAndItsEstimatesHoldOnCortexM4) {
  expect_right(narrow_layers(), device::Core::kCortexM4);
}

TEST(NarrowEmbedded, SparseFiltersGiveTheRuntimesBytesAndTheirEstimatesHoldOnCortexM4) {
  expect_right(sparse_layers(), device::Core::kCortexM4);
}

TEST(NarrowEmbedded, EveryOptionGivesTheRuntimesBytesWhenCompiledPortable) {
  expect_right(narrow_layers(), device::Core::kHost, {"-O2", {"MOTE_PORTABLE"}, {}});
}

}  // namespace
}  // namespace mote::test
