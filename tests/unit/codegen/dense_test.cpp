#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

TEST(Dense, EveryOptionGivesTheRuntimesBytesOnTheHost) {
  expect_right(dense_layers(), device::Core::kHost);
}

}  // namespace
}  // namespace mote::test
