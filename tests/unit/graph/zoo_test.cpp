#include "mote/graph/zoo.h"

#include <gtest/gtest.h>

#include "mote/base/error.h"
#include "mote/graph/text.h"

namespace mote::graph {
namespace {

Graph make(const std::string& name, const Shape& input, std::int32_t classes, double width = 1.0) {
  ArchitectureSettings settings;
  settings.name = name;
  settings.width = width;
  return build_architecture(settings, input, classes);
}

std::int64_t parameters(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Tensor& tensor : graph.tensors) sum += tensor.constant ? tensor.elements() : 0;
  return sum;
}

TEST(Zoo, DsCnnHasTheProductsOfMlperfTinysKeywordSpotter) {
  EXPECT_EQ(multiply_accumulates(make("ds-cnn", {1, 49, 10, 1}, 12)), 2656768);
}

TEST(Zoo, MobilenetOfAQuarterWidthHasTheProductsOfVisualWakeWords) {
  EXPECT_EQ(multiply_accumulates(make("mobilenet-v1", {1, 96, 96, 3}, 2, 0.25)), 7489664);
}

TEST(Zoo, Resnet8HasTheProductsOfMlperfTinysImageClassifier) {
  EXPECT_EQ(multiply_accumulates(make("resnet8", {1, 32, 32, 3}, 10)), 12501632);
}

TEST(Zoo, EveryArchitectureBuildsAndReadsBackFromItsText) {
  for (const std::string& name : architecture_names()) {
    const Graph graph = make(name, {1, 49, 10, 1}, 12);
    EXPECT_TRUE(parse(print(graph)) == graph) << name;
    EXPECT_GT(parameters(graph), 1000) << name;
  }
}

TEST(Zoo, EveryActivationIsTheOneAskedFor) {
  const Graph graph = build_architecture({.name = "mobilenet-v1", .activation = UnaryKind::kRelu6}, {1, 49, 10, 1}, 12);
  int seen = 0;
  for (const Node& node : graph.nodes) {
    const auto* unary = std::get_if<Unary>(&node.op);
    if (unary == nullptr) continue;
    ++seen;
    EXPECT_EQ(unary->kind, UnaryKind::kRelu6);
  }
  EXPECT_EQ(seen, 27);
}

TEST(Zoo, AnUnknownNameIsAnsweredWithTheNearest) {
  try {
    make("dscnn", {1, 49, 10, 1}, 12);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "wanted an architecture (ds-cnn, tc-resnet8, mobilenet-v1, resnet8, mlp), got 'dscnn' (did you mean "
                 "'ds-cnn'?)");
  }
}

TEST(Zoo, DsCnnWithoutPaddingInTimeMakesUpNoFrames) {
  const Graph graph = build_architecture({.name = "ds-cnn", .time_padding = Padding::kValid}, {1, 49, 10, 1}, 12);
  // 20 frames after the 10×4 kernel of stride 2; each 3×3 kernel takes two more; five bands of frequency throughout.
  std::vector<Shape> maps;
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<DepthwiseConv2d>(node.op)) maps.push_back(graph.tensor(node.outputs[0]).shape);
  }
  EXPECT_EQ(maps, (std::vector<Shape>{{1, 18, 5, 64}, {1, 16, 5, 64}, {1, 14, 5, 64}, {1, 12, 5, 64}}));
  EXPECT_TRUE(parse(print(graph)) == graph);
}

TEST(Zoo, OtherArchitecturesPadInTime) {
  ArchitectureSettings settings;
  settings.name = "tc-resnet8";
  settings.time_padding = Padding::kValid;
  try {
    build_architecture(settings, {1, 49, 10, 1}, 12);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "model.time_padding = \"valid\" is for ds-cnn, got tc-resnet8: take ds-cnn, or leave it at \"same\"");
  }
}

TEST(Zoo, TooFewFramesForKernelsWithoutPaddingAreRefused) {
  EXPECT_THROW(build_architecture({.name = "ds-cnn", .time_padding = Padding::kValid}, {1, 20, 10, 1}, 12), Error);
}

TEST(Zoo, OneClassIsRefused) {
  EXPECT_THROW(make("mlp", {1, 10}, 1), Error);
}

TEST(Zoo, AVectorIsRefusedWhereANetworkNeedsAPicture) {
  EXPECT_THROW(make("ds-cnn", {1, 10}, 2), Error);
}

}  // namespace
}  // namespace mote::graph
