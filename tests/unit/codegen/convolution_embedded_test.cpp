#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

TEST(ConvolutionEmbedded, EveryOptionGivesTheRuntimesBytesAndItsEstimatesHoldOnCortexM4) {
  expect_right(convolution_layers(), device::Core::kCortexM4);
}

}  // namespace
}  // namespace mote::test
