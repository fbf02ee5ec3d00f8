#include <gtest/gtest.h>

#include <vector>

#include "narrow_layers.h"

namespace mote::test {
namespace {

TEST(NarrowEmbedded, EveryOptionGivesTheRuntimesBytesAndItsEstimatesHoldOnCortexM4) {
  expect_right(narrow_layers(), device::Core::kCortexM4);
}

// Of the kernels that unpack into scratch: what narrow_filters spends at the borders varies with the shape.
TEST(NarrowEmbedded, RandomShapesGiveTheRuntimesBytesAndTheirEstimatesHoldOnCortexM4) {
  std::vector<EmittedLayer> layers = random_narrow_layers(12);
  std::erase_if(layers, [](const EmittedLayer& layer) { return layer.option.cores.size() == 1; });
  expect_right(layers, device::Core::kCortexM4);
}

TEST(NarrowEmbedded, SparseFiltersGiveTheRuntimesBytesAndTheirEstimatesHoldOnCortexM4) {
  expect_right(sparse_layers(), device::Core::kCortexM4);
}

TEST(NarrowEmbedded, EveryOptionGivesTheRuntimesBytesWhenCompiledPortable) {
  expect_right(narrow_layers(), device::Core::kHost, {"-O2", {"MOTE_PORTABLE"}, {}});
}

}  // namespace
}  // namespace mote::test
