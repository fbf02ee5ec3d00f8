#include "mote/graph/zoo.h"

#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Zoo, BranchesAreParallelLayersWithANormEach) {
  const Graph graph = build_architecture({.name = "ds-cnn", .branches = 2}, {1, 49, 10, 1}, 12);
  const auto count = [&](auto op) {
    using Wanted = decltype(op);
    return std::count_if(graph.nodes.begin(), graph.nodes.end(),
                         [](const Node& node) { return std::holds_alternative<Wanted>(node.op); });
  };
  EXPECT_EQ(count(DepthwiseConv2d{}), 4 * 3) << "two of 3×3 and one of 1×1";
  EXPECT_EQ(count(Conv2d{}), 1 + 4 * 2);
  EXPECT_EQ(count(BatchNorm{}), 1 + 4 * (4 + 3)) << "one of the input itself besides";
  EXPECT_EQ(count(Binary{}), 4 * (3 + 2));
}

TEST(Zoo, BranchesAreForDsCnnWithPaddingInTime) {
  const auto error_of = [](const ArchitectureSettings& settings) -> std::string {
    try {
      build_architecture(settings, {1, 49, 10, 1}, 12);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(error_of({.name = "resnet8", .branches = 1}),
            "model.branches is for ds-cnn, got resnet8: take ds-cnn, or leave it at 0");
  EXPECT_EQ(
      error_of({.time_padding = Padding::kValid, .branches = 1}),
      "model.branches wanted time_padding = \"same\", got \"valid\": branches of other kernels would not line up");
  EXPECT_EQ(error_of({.branches = 9}), "model.branches must be in 0..8, got 9");
}

}  // namespace
}  // namespace mote::graph
