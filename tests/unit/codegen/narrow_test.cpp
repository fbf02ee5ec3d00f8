#include <gtest/gtest.h>

#include <set>

#include "narrow_layers.h"

namespace mote::test {
namespace {

TEST(NarrowFilters, AreOfferedForEveryNarrowTypeAndGiveTheRuntimesBytes) {
  const std::vector<EmittedLayer> layers = narrow_layers();
  std::set<std::string> names;
  for (const EmittedLayer& layer : layers) names.insert(layer.option.name);
  EXPECT_EQ(names, (std::set<std::string>{"narrow_binary", "narrow_int4", "narrow_ternary"}));
  expect_right(layers, device::Core::kHost);
}

// A kernel that holds a byte for each weight would give away what four bits save.
TEST(NarrowFilters, AreTheOnlyOnesForConvolutionsOfNarrowWeights) {
  for (const EmittedLayer& layer : narrow_layers()) EXPECT_TRUE(layer.option.name.starts_with("narrow_"));
}

TEST(NarrowFilters, KeepWeightsPacked) {
  const graph::Graph graph = with_weights(weighted_graphs()[2], graph::DType::kInt4);
  const auto options = codegen::options(graph, 0, codegen::InstructionSet::kArmDsp);
  ASSERT_EQ(options.size(), 1U);
  EXPECT_LT(options[0].flash_bytes, 400);
}

TEST(SparseFilters, GiveTheRuntimesBytes) {
  const std::vector<EmittedLayer> layers = sparse_layers();
  EXPECT_GT(layers.size(), 6U);
  expect_right(layers, device::Core::kHost);
}

// At four zeros of five the table is below 0.45 of the weights as they are.
TEST(SparseFilters, SaveFlash) {
  const graph::Graph graph = with_zeros(weighted_graphs()[2]);
  for (const plan::KernelOption& option : codegen::options(graph, 0, codegen::InstructionSet::kArmDsp)) {
    if (option.name != "sparse_filters") continue;
    EXPECT_LT(option.flash_bytes, -50);
  }
}

}  // namespace
}  // namespace mote::test
