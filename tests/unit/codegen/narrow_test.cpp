#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "narrow_layers.h"

namespace mote::test {
namespace {

std::set<std::string> names_of(const std::vector<EmittedLayer>& layers) {
  std::set<std::string> names;
  for (const EmittedLayer& layer : layers) names.insert(layer.option.name);
  return names;
}

const plan::KernelOption& named(const std::vector<plan::KernelOption>& options, const std::string& name) {
  return *std::find_if(options.begin(), options.end(),
                       [&](const plan::KernelOption& option) { return option.name == name; });
}

TEST(NarrowFilters, AreOfferedForEveryNarrowTypeAndGiveTheRuntimesBytes) {
  const std::vector<EmittedLayer> layers = narrow_layers();
  EXPECT_EQ(
      names_of(layers),
      (std::set<std::string>{"narrow_binary", "narrow_conv_nhwc_to_nhwc_x6", "narrow_conv_nhwc_x2",
                             "narrow_conv_nhwc_x6", "narrow_conv_planes_x2", "narrow_conv_planes_x6", "narrow_int4",
                             "narrow_pointwise_x2", "narrow_pointwise_x4", "narrow_pointwise_x8", "narrow_ternary"}));
  expect_right(layers, device::Core::kHost);
}

TEST(NarrowFilters, OfRandomShapesGiveTheRuntimesBytes) {
  expect_right(random_narrow_layers(10), device::Core::kHost);
}

// A kernel that holds a byte for each weight would give away what four bits save.
TEST(NarrowFilters, AreTheOnlyOnesForConvolutionsOfNarrowWeights) {
  for (const std::string& name : names_of(narrow_layers())) EXPECT_TRUE(name.starts_with("narrow_")) << name;
}

TEST(NarrowFilters, KeepWeightsPacked) {
  const graph::Graph graph = with_weights(weighted_graphs()[2], graph::DType::kInt4);
  const auto options = codegen::options(graph, 0, codegen::InstructionSet::kArmDsp);
  ASSERT_GT(options.size(), 1U);
  for (const plan::KernelOption& option : options) EXPECT_LT(option.flash_bytes, 400) << option.name;
}

// Two words behind the weights of two filters, or six.
TEST(NarrowFilters, AreUnpackedForEveryFormOfRequantization) {
  std::set<std::string> cores;
  for (const EmittedLayer& layer : narrow_layers()) cores.insert(layer.option.cores.begin(), layer.option.cores.end());
  for (const char* core : {"mote_unpack_int4_2", "mote_unpack_int4_6"}) EXPECT_TRUE(cores.contains(core)) << core;
}

// A pointwise layer of the MLPerf Tiny DS-CNN.
TEST(NarrowFilters, CostAboutWhatInt8CostsAndLieInPlace) {
  const graph::Graph graph = pointwise_graph(25, 5, 64, 64, Activation::kRelu, 5);
  const auto bytes = codegen::options(graph, 0, codegen::InstructionSet::kArmDsp);
  for (const graph::DType type : kNarrowTypes) {
    const auto options = codegen::options(with_weights(graph, type), 0, codegen::InstructionSet::kArmDsp);
    const plan::KernelOption& option = named(options, "narrow_pointwise_x4");
    EXPECT_LT(option.instructions, named(bytes, "pointwise_4x2_s8").instructions * 11 / 10);
    EXPECT_LT(option.scratch_bytes, 2800);
    EXPECT_EQ(option.overlaps.size(), 1U);
  }
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
