#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

TEST(DenseEmbedded, EveryOptionGivesTheRuntimesBytesAndItsEstimatesHoldOnCortexM4) {
  expect_right(dense_layers(), device::Core::kCortexM4);
}

}  // namespace
}  // namespace mote::test
