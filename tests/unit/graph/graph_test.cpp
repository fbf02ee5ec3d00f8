#include "mote/graph/graph.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "mote/graph/builder.h"
#include "mote/graph/text.h"

namespace mote::graph {
namespace {

using test::error_text;

TEST(GraphBuilder, InfersShapesAndAppendsNodesInOrder) {
  GraphBuilder builder("g");
  const TensorId x = builder.input("x", {1, 5, 5, 2});
  const TensorId y =
      builder.layer("conv", Conv2d{.padding = Padding::kSame}, {x}, {.filters = 3, .kernel_h = 3, .kernel_w = 2});
  builder.output(builder.node("relu", Unary{}, {y}));
  EXPECT_EQ(builder.shape(y), (Shape{1, 5, 5, 3}));
  const Graph graph = builder.build();
  EXPECT_EQ(print(graph), R"(graph "g" {
  input %0 "x" f32[1,5,5,2]
  const %1 "conv.weight" f32[3,3,2,2] = ?
  const %2 "conv.bias" f32[3] = ?
  %3 "conv" f32[1,5,5,3] = conv2d(%0, %1, %2) padding=same
  %4 "relu" f32[1,5,5,3] = unary(%3)
  output %4
}
)");
}

// The shapes of the weights that a new layer gets, by their names.
std::string weights_of(const Op& op, const Shape& input, const LayerSize& size) {
  GraphBuilder builder("g");
  builder.layer("l", op, {builder.input("x", input)}, size);
  std::string text;
  for (const Tensor& tensor : builder.graph().tensors) {
    if (tensor.constant) text += tensor.name + to_string(tensor.shape) + " ";
  }
  return text;
}

TEST(GraphBuilder, GivesEachLayerTheWeightsThatItsOpAsksFor) {
  EXPECT_EQ(weights_of(DepthwiseConv2d{}, {1, 5, 5, 2}, {.kernel_h = 3, .kernel_w = 1, .multiplier = 2}),
            "l.weight[1,3,1,4] l.bias[4] ");
  EXPECT_EQ(weights_of(Conv2d{}, {1, 5, 5, 2}, {.filters = 3, .use_bias = 0}), "l.weight[3,1,1,2] ");
  EXPECT_EQ(weights_of(Dense{}, {1, 2, 3}, {.filters = 4}), "l.weight[4,6] l.bias[4] ");
  EXPECT_EQ(weights_of(BatchNorm{}, {1, 2, 3}, {}), "l.gamma[3] l.beta[3] l.mean[3] l.variance[3] ");
  EXPECT_EQ(weights_of(Softmax{}, {1, 2, 3}, {}), "");
}

TEST(GraphBuilder, NamesTheLayerThatCannotBe) {
  GraphBuilder builder("g");
  const TensorId x = builder.input("x", {1, 2, 2, 1});
  EXPECT_EQ(error_text([&] { builder.layer("big", Conv2d{}, {x}, {.filters = 1, .kernel_h = 3}); }),
            "invalid: layer 'big': [conv2d] a 3x1 kernel does not fit into an input of [1,2,2,1] without padding");
  EXPECT_EQ(error_text([&] { builder.layer("none", Conv2d{}, {x}); }),
            "invalid: layer 'none': [conv2d] filters must be >= 1, got 0");
  EXPECT_EQ(error_text([&] { builder.layer("wide", DepthwiseConv2d{}, {x}, {.multiplier = 0}); }),
            "invalid: layer 'wide': [depthwise_conv2d] multiplier must be >= 1, got 0");
  const TensorId wide = builder.input("wide", {1, 2, 2, 2});
  EXPECT_EQ(error_text([&] { builder.layer("huge", DepthwiseConv2d{}, {wide}, {.multiplier = 2000000000}); }),
            "invalid: layer 'huge': [depthwise_conv2d] multiplier 2000000000 gives more channels than fit 32 bits");
  EXPECT_EQ(error_text([&] { builder.layer("lost", Unary{}, {}); }), "invalid: layer 'lost' wants an input");
}

// x → a → b, with a read twice and a constant that nobody reads.
Graph diamond() {
  return parse(R"(graph "d" {
  input %0 "x" f32[1,2]
  const %1 "unused" f32[1] = 0x00000000
  const %2 "w" f32[2,2] = ?
  %4 "a" f32[1,2] = dense(%0, %2)
  %5 "b" f32[1,2] = unary(%4)
  %6 "c" f32[1,2] = binary(%4, %5)
  output %6
})");
}

TEST(Graph, KnowsWhoWritesATensor) {
  const Graph graph = diamond();
  EXPECT_EQ(producer(graph, 5), 1);
  EXPECT_EQ(producer(graph, 0), -1);
  EXPECT_EQ(producer(graph, 2), -1);
}

TEST(Graph, KnowsWhoReadsATensor) {
  const Graph graph = diamond();
  EXPECT_EQ(consumers(graph, 4), (std::vector<std::int32_t>{1, 2}));
  EXPECT_EQ(consumers(graph, 2), (std::vector<std::int32_t>{0}));
  EXPECT_TRUE(consumers(graph, 6).empty());
}

TEST(Compact, RemovesWhatNobodyUsesAndKeepsTheOrder) {
  EXPECT_EQ(print(compact(diamond())), R"(graph "d" {
  input %0 "x" f32[1,2]
  const %1 "w" f32[2,2] = ?
  %2 "a" f32[1,2] = dense(%0, %1)
  %3 "b" f32[1,2] = unary(%2)
  %4 "c" f32[1,2] = binary(%2, %3)
  output %4
}
)");
}

TEST(Compact, LeavesACompactGraphAlone) {
  const Graph graph = compact(diamond());
  EXPECT_TRUE(compact(graph) == graph);
}

TEST(Compact, SharesTheBuffersOfItsSource) {
  Graph graph = diamond();
  const std::vector<float> zeros(4);
  graph.tensor(2).data = make_buffer(std::span<const float>(zeros));
  EXPECT_EQ(compact(graph).tensor(1).data, graph.tensor(2).data);
}

TEST(MultiplyAccumulates, AreThoseOfTheProducts) {
  GraphBuilder builder("g");
  TensorId y = builder.input("x", {1, 6, 4, 3});
  y = builder.layer("conv", Conv2d{.stride_h = 2, .padding = Padding::kSame}, {y},
                    {.filters = 5, .kernel_h = 3, .kernel_w = 2});
  y = builder.layer("dw", DepthwiseConv2d{}, {y}, {.kernel_h = 2, .kernel_w = 2, .multiplier = 2});
  y = builder.layer("bn", BatchNorm{}, {y});
  y = builder.node("pool", Pool2d{.kernel_h = 2, .kernel_w = 3}, {y});
  y = builder.layer("dense", Dense{}, {y}, {.filters = 7});
  builder.output(builder.node("softmax", Softmax{}, {y}));
  const Graph graph = builder.build();
  EXPECT_EQ(multiply_accumulates(graph, graph.nodes[0]), 3 * 4 * 5 * (3 * 2 * 3));
  EXPECT_EQ(multiply_accumulates(graph, graph.nodes[1]), 2 * 3 * 10 * (2 * 2));
  EXPECT_EQ(multiply_accumulates(graph, graph.nodes[2]), 0);
  EXPECT_EQ(multiply_accumulates(graph, graph.nodes[3]), 0);
  EXPECT_EQ(multiply_accumulates(graph, graph.nodes[4]), 10 * 7);
  EXPECT_EQ(multiply_accumulates(graph), 1080 + 240 + 70);
}

TEST(ParameterCount, IsThatOfTheConstantsThatANodeReads) {
  const Graph graph = diamond();
  EXPECT_EQ(parameter_count(graph, graph.nodes[0]), 4);
  EXPECT_EQ(parameter_count(graph, graph.nodes[2]), 0);
}

TEST(Stage, HasANameForPeople) {
  EXPECT_EQ(to_string(Stage::kTrain), "train");
  EXPECT_EQ(to_string(Stage::kFloat), "float");
  EXPECT_EQ(to_string(Stage::kInt8), "int8");
}

}  // namespace
}  // namespace mote::graph
