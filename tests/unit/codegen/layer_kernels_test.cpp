#include "mote/codegen/layer_kernels.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "layer_samples.h"

namespace mote::codegen {
namespace {

const graph::Graph& sample() {
  static const graph::Graph graph = test::pointwise_graph(3, 5, 8, 6, test::Activation::kRelu, 1);
  return graph;
}

LayerCall call_of(const std::string& option) {
  return {"layer", option, {{plan::Layout::kPlanes, 0}}, {plan::Layout::kPlanes, 256}, 512};
}

TEST(LayerKernels, ThereIsNothingToChooseOnPortable) {
  EXPECT_TRUE(options(sample(), 0, InstructionSet::kPortable).empty());
}

TEST(LayerKernels, TheSameLayerAndOptionGiveTheSameText) {
  for (const plan::KernelOption& option : options(sample(), 0, InstructionSet::kArmDsp)) {
    EXPECT_EQ(emit(sample(), 0, InstructionSet::kArmDsp, call_of(option.name)).text,
              emit(sample(), 0, InstructionSet::kArmDsp, call_of(option.name)).text);
  }
}

TEST(LayerKernels, NamesOfOptionsAreUnique) {
  std::vector<std::string> names;
  for (const plan::KernelOption& option : options(sample(), 0, InstructionSet::kArmDsp)) names.push_back(option.name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
  EXPECT_GT(names.size(), 4U);
}

TEST(LayerKernels, AnOptionThatIsNotOfferedIsRefused) {
  const std::string text =
      test::error_text([] { emit(sample(), 0, InstructionSet::kArmDsp, call_of("no such kernel")); });
  EXPECT_EQ(text, "invalid: [codegen] layer 0 'layer0': no kernel 'no such kernel' on arm-dsp");
}

// A weight of -128 beside a negative one does not fit the halfword of two packed weights.
TEST(LayerKernels, WeightsThatDoNotPackGetNoKernelWithPackedWeights) {
  graph::Graph graph = sample();
  graph::Tensor& weights = graph.tensor(graph.nodes[0].inputs[1]);
  const std::vector<std::int8_t> lowest(static_cast<std::size_t>(weights.elements()), -128);
  weights.data = graph::make_buffer(std::span<const std::int8_t>(lowest));
  for (const plan::KernelOption& option : options(graph, 0, InstructionSet::kArmDsp))
    EXPECT_EQ(option.name.find("2_s8"), std::string::npos) << option.name;
}

TEST(LayerKernels, WeightsOfMinus128StayExact) {
  graph::Graph graph = sample();
  graph::Tensor& weights = graph.tensor(graph.nodes[0].inputs[1]);
  std::vector<std::int8_t> values(static_cast<std::size_t>(weights.elements()), -128);
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] = 127;
  weights.data = graph::make_buffer(std::span<const std::int8_t>(values));
  test::expect_right(test::all_options("-128", graph, InstructionSet::kArmDsp), device::Core::kHost);
}

}  // namespace
}  // namespace mote::codegen
