// Outputs that lie over their input, at several distances; other compiler options; the portable form on the same core.
#include <gtest/gtest.h>

#include "layer_samples.h"

namespace mote::test {
namespace {

// Channels that grow, stay and shrink, at distances below, at and above the input's start.
std::vector<EmittedLayer> overlapping_layers() {
  std::vector<EmittedLayer> layers;
  for (const auto& [inputs, outputs] : {std::pair{6, 15}, std::pair{12, 12}, std::pair{20, 5}}) {
    const graph::Graph graph = pointwise_graph(5, 5, inputs, outputs, Activation::kRelu, 3);
    for (const plan::KernelOption& option : codegen::options(graph, 0, codegen::InstructionSet::kArmDsp)) {
      for (const plan::Overlap& overlap : option.overlaps) {
        for (const std::int64_t planes : {-5, -1, 0, 1, 3, 9}) {
          layers.push_back({"overlap " + std::to_string(inputs) + "->" + std::to_string(outputs), graph,
                            codegen::InstructionSet::kArmDsp, option, planes * overlap.multiple_bytes});
        }
      }
    }
  }
  return layers;
}

std::vector<EmittedLayer> layers_of_every_generator() {
  std::vector<EmittedLayer> layers = pointwise_layers();
  for (auto* make : {dense_layers, convolution_layers}) {
    for (EmittedLayer& layer : make()) layers.push_back(std::move(layer));
  }
  return layers;
}

TEST(OverlapEmbedded, PointwiseOutputsMayLieOverTheirInputAtAnyWholeNumberOfPlanes) {
  expect_right(overlapping_layers(), device::Core::kCortexM4);
}

TEST(CompilerOptions, WithoutOptimization) {
  expect_right(layers_of_every_generator(), device::Core::kCortexM4, {"-O0"});
}

TEST(CompilerOptions, ForSize) {
  expect_right(layers_of_every_generator(), device::Core::kCortexM4, {"-Os"});
}

TEST(CompilerOptions, ThePortableFormOnTheSameCore) {
  expect_right(layers_of_every_generator(), device::Core::kCortexM4, {"-O2", {"MOTE_PORTABLE"}, {}});
}

TEST(CompilerOptions, OnCortexM7AndM33) {
  expect_right(layers_of_every_generator(), device::Core::kCortexM7);
  expect_right(layers_of_every_generator(), device::Core::kCortexM33);
}

}  // namespace
}  // namespace mote::test
