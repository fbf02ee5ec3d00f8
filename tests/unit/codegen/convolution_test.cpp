#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

TEST(Convolution, EveryOptionGivesTheRuntimesBytesOnTheHost) {
  expect_right(convolution_layers(), device::Core::kHost);
}

}  // namespace
}  // namespace mote::test
