// [[model.layers]]: from the recipe's list of layers to a graph.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "error_text.h"
#include "mote/graph/graph.h"
#include "stages/model.h"

namespace mote::pipeline {
namespace {

using test::error_text;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A log-mel picture of 49 frames × 10, four classes. The first layer stands in line 3.
graph::Graph build(std::string_view layers) {
  const Recipe recipe = parse_recipe("[dataset]\nlayout = \"motion\"\n" + std::string(layers), "net.toml");
  return model_graph(recipe, 4);
}
std::string error_of(std::string_view layers) {
  return error_text([&] { build(layers); });
}

constexpr std::string_view kEnd = "[[model.layers]]\nop = \"flatten\"\n[[model.layers]]\nop = \"dense\"\nfilters = 4\n";

graph::Shape shape_after(std::string_view layer) {
  const graph::Graph graph = build(std::string(layer) + std::string(kEnd));
  return graph.tensor(graph.nodes.front().outputs.front()).shape;
}

template <class Attributes>
const Attributes& first_op(const graph::Graph& graph) {
  return std::get<Attributes>(graph.nodes.front().op);
}

TEST(Layers, AConvolutionTakesFiltersKernelAndStrideAsNumberOrPair) {
  const graph::Graph graph =
      build("[[model.layers]]\nop = \"conv2d\"\nfilters = 6\nkernel = [3, 5]\nstride = [2, 1]\npadding = \"valid\"\n" +
            std::string(kEnd));
  EXPECT_THAT(graph.tensor(graph.nodes.front().outputs.front()).shape, ElementsAre(1, 24, 6, 6));
  EXPECT_EQ(first_op<graph::Conv2d>(graph).stride_h, 2);
  EXPECT_EQ(first_op<graph::Conv2d>(graph).stride_w, 1);
  EXPECT_THAT(
      shape_after("[[model.layers]]\nop = \"conv2d\"\nfilters = 6\nkernel = 3\nstride = 2\npadding = \"valid\"\n"),
      ElementsAre(1, 24, 4, 6));
}

TEST(Layers, ADepthwiseConvolutionTakesAMultiplier) {
  EXPECT_THAT(shape_after("[[model.layers]]\nop = \"depthwise_conv2d\"\nmultiplier = 3\nkernel = 3\n"),
              ElementsAre(1, 47, 8, 3));
}

TEST(Layers, TheNamesOfActivationsArePartOfTheOp) {
  EXPECT_EQ(first_op<graph::Unary>(build("[[model.layers]]\nop = \"relu\"\n" + std::string(kEnd))).kind,
            graph::UnaryKind::kRelu);
  EXPECT_EQ(first_op<graph::Unary>(build("[[model.layers]]\nop = \"relu6\"\n" + std::string(kEnd))).kind,
            graph::UnaryKind::kRelu6);
}

TEST(Layers, TheNamesOfPoolsArePartOfTheOp) {
  EXPECT_THAT(shape_after("[[model.layers]]\nop = \"average_pool\"\nkernel = 2\nstride = 2\npadding = \"valid\"\n"),
              ElementsAre(1, 24, 5, 1));
  const graph::Graph graph =
      build("[[model.layers]]\nop = \"max_pool\"\nkernel = [7, 2]\nstride = [7, 2]\npadding = \"valid\"\n" +
            std::string(kEnd));
  EXPECT_EQ(first_op<graph::Pool2d>(graph).kind, graph::PoolKind::kMax);
  EXPECT_THAT(shape_after("[[model.layers]]\nop = \"global_average_pool\"\n"), ElementsAre(1, 1, 1, 1));
}

TEST(Layers, FlattenAndDenseEndInASoftmaxThatNeedNotBeSaid) {
  const graph::Graph graph = build(kEnd);
  EXPECT_THAT(graph.tensor(graph.nodes.front().outputs.front()).shape, ElementsAre(1, 490));
  EXPECT_TRUE(std::holds_alternative<graph::Softmax>(graph.nodes.back().op));
  const graph::Graph said = build(std::string(kEnd) + "[[model.layers]]\nop = \"softmax\"\n");
  EXPECT_EQ(said.nodes.size(), graph.nodes.size());
}

TEST(Layers, FromNamesEarlierLayersAndAddsAResidual) {
  const graph::Graph graph = build(
      "[[model.layers]]\nop = \"conv2d\"\nname = \"stem\"\nfilters = 4\nkernel = 3\n"
      "[[model.layers]]\nop = \"batch_norm\"\n[[model.layers]]\nop = \"conv2d\"\nname = \"branch\"\nfilters = "
      "4\nkernel = 1\n"
      "[[model.layers]]\nop = \"add\"\nfrom = [\"stem\", \"branch\"]\n" +
      std::string(kEnd));
  const graph::Node& sum = graph.nodes[3];
  EXPECT_TRUE(std::holds_alternative<graph::Binary>(sum.op));
  EXPECT_EQ(graph.tensor(sum.inputs.at(0)).name, "stem");
  EXPECT_EQ(graph.tensor(sum.inputs.at(1)).name, "branch");
}

TEST(Layers, DropoutTakesItsRate) {
  EXPECT_NO_THROW(build("[[model.layers]]\nop = \"dropout\"\nrate = 0.25\n" + std::string(kEnd)));
}

TEST(LayersErrors, NameAnUnknownOpTheNearestOneAndTheLine) {
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"conv2\"\n"),
              AllOf(HasSubstr("net.toml:3"), HasSubstr("did you mean 'conv2d'?")));
}

TEST(LayersErrors, NameAnUnknownKeyTheNearestOneAndTheLine) {
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"conv2d\"\nfilter = 4\n"),
              AllOf(HasSubstr("net.toml:3"), HasSubstr("unknown key 'filter' of a conv2d"),
                    HasSubstr("did you mean 'filters'?")));
}

TEST(LayersErrors, NameValuesThatAreNone) {
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"conv2d\"\nfilters = \"many\"\n"),
              HasSubstr("filters wants integers, got"));
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"conv2d\"\nfilters = [1, 2]\n"), HasSubstr("filters wants one number"));
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"conv2d\"\nfilters = 4\nkernel = [1, 2, 3]\n"),
              HasSubstr("[height, width]"));
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"conv2d\"\nfilters = 4\npadding = \"most\"\n"),
              HasSubstr("padding cannot be"));
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"conv2d\"\nname = 4\n"), HasSubstr("name wants text"));
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"add\"\nfrom = 4\n"), HasSubstr("from wants names"));
}

TEST(LayersErrors, AnEmptyListIsNoSize) {
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"conv2d\"\nfilters = 4\nkernel = []\n"), HasSubstr("kernel"));
}

TEST(LayersErrors, NameALayerThatIsNotThereOrThereTwice) {
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"add\"\nfrom = [\"stem\", \"input\"]\n"),
              HasSubstr("no earlier layer 'stem'"));
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"relu\"\nname = \"input\"\n"), HasSubstr("the name 'input' is taken"));
}

TEST(LayersErrors, NameShapesThatDoNotFit) {
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"conv2d\"\nfilters = 4\nkernel = [500, 1]\npadding = \"valid\"\n"),
              HasSubstr("net.toml:3"));
  EXPECT_THAT(error_of("[[model.layers]]\nop = \"dense\"\nfilters = 5\n"), testing::StartsWith("invalid: [model]"));
}

}  // namespace
}  // namespace mote::pipeline
