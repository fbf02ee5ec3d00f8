#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

TEST(Pointwise, EveryOptionGivesTheRuntimesBytesOnTheHost) {
  expect_right(pointwise_layers(), device::Core::kHost);
}

}  // namespace
}  // namespace mote::test
