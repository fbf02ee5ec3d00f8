#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

TEST(PointwiseEmbedded, EveryOptionGivesTheRuntimesBytesAndItsEstimatesHoldOnCortexM4) {
  expect_right(pointwise_layers(), device::Core::kCortexM4);
}

}  // namespace
}  // namespace mote::test
