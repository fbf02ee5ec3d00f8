// Executed instructions of well-known layers on Cortex-M4, requantization and loops included, against what they must
// not exceed.
#include <gtest/gtest.h>

#include <algorithm>

#include "layer_samples.h"
#include "mote/device/toolchain.h"

namespace mote::test {
namespace {

struct Figure {
  std::string option;
  std::int64_t most_instructions;
};

void expect_figures(const graph::Graph& graph, const std::vector<Figure>& figures) {
  const std::string missing = device::missing_tools(device::Core::kCortexM4);
  if (!missing.empty()) GTEST_SKIP() << missing;
  std::vector<EmittedLayer> layers;
  for (const Figure& figure : figures) {
    for (EmittedLayer& layer : all_options(figure.option, graph, codegen::InstructionSet::kArmDsp)) {
      if (layer.option.name == figure.option && !layer.distance_bytes) layers.push_back(std::move(layer));
    }
  }
  ASSERT_EQ(layers.size(), figures.size());
  const std::vector<LayerRun> runs = run_layers(layers, device::Core::kCortexM4);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    EXPECT_EQ(runs[i].difference, "");
    EXPECT_LE(runs[i].instructions, figures[i].most_instructions) << figures[i].option;
  }
}

TEST(Figures, Pointwise64To64Of125Positions) {
  expect_figures(
      pointwise_graph(25, 5, 64, 64, Activation::kRelu, 1),
      {{"pointwise_3x2_s16_unrolled", 384086}, {"pointwise_4x2_s8_unrolled", 449319}, {"pointwise_4x2_s8", 485000}});
}

TEST(Figures, Pointwise8To16Of48x48) {
  expect_figures(pointwise_graph(48, 48, 8, 16, Activation::kRelu, 2), {{"pointwise_4x2_s16_unrolled", 398320}});
}

TEST(Figures, Pointwise128To128Of36Positions) {
  expect_figures(pointwise_graph(6, 6, 128, 128, Activation::kRelu, 3), {{"pointwise_4x2_s16_unrolled", 441471}});
}

TEST(Figures, FirstConvolutionOfTheKeywordSpotter) {
  expect_figures(conv_graph({49, 10, 1, 64, 10, 4, {2, 2, 1, 1, Padding::kSame, Activation::kRelu}}, 4),
                 {{"conv_4x2_s8_nhwc_unrolled", 308704}, {"conv_4x2_s16_nhwc_unrolled", 275000}});
}

}  // namespace
}  // namespace mote::test
