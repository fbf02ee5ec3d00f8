#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

TEST(Dense, EveryOptionGivesTheRuntimesBytesOnTheHost) {
  expect_right(dense_layers(), device::Core::kHost);
}

std::int64_t flash_bytes_of(const std::string& option, std::int32_t outputs) {
  Int8GraphBuilder b("dense", 3);
  const graph::Graph graph = b.build(b.dense(b.input({1, 32}), outputs));
  for (const EmittedLayer& layer : all_options("dense", graph, codegen::InstructionSet::kArmDsp)) {
    if (layer.option.name == option) return layer.option.flash_bytes;
  }
  return -1;
}

TEST(Dense, OfOneScaleHasNoTableThatGrowsWithItsOutputs) {
  EXPECT_GT(flash_bytes_of("dense_packed", 8), 0);
  EXPECT_EQ(flash_bytes_of("dense_packed", 64), flash_bytes_of("dense_packed", 8));
  EXPECT_GT(flash_bytes_of("dense_1x4_s8", 64), flash_bytes_of("dense_1x4_s8", 8));
}

}  // namespace
}  // namespace mote::test
