#include <gtest/gtest.h>

#include "mote/graph/builder.h"
#include "mote/graph/text.h"
#include "mote/quant/pointwise.h"

namespace mote::quant {
namespace {

using graph::GraphBuilder;
using graph::TensorId;

TensorId dense(GraphBuilder& builder, const std::string& name, TensorId x, std::int32_t units) {
  const auto inputs = static_cast<std::int32_t>(graph::element_count(builder.shape(x)));
  const std::vector<float> weights(static_cast<std::size_t>(units * inputs), 0.5F);
  const std::vector<float> bias(static_cast<std::size_t>(units), 1.0F);
  return builder.node(
      name, graph::Dense{graph::Activation::kRelu},
      {x, builder.constant(name + "/w", {units, inputs}, weights), builder.constant(name + "/b", {units}, bias)});
}

std::vector<std::string> op_names(const graph::Graph& graph) {
  std::vector<std::string> names;
  for (const graph::Node& node : graph.nodes) names.emplace_back(graph::op_name(node.op));
  return names;
}

TEST(DenseToPointwise, MovesAFlattenBehindTheConvolution) {
  GraphBuilder builder("classifier");
  const TensorId x = builder.input("x", {1, 1, 1, 4});
  const TensorId flat = builder.node("flat", graph::Reshape{{1, 4}}, {x});
  builder.output(builder.node("p", graph::Softmax{}, {dense(builder, "d", flat, 3)}));
  const graph::Graph graph = dense_to_pointwise(builder.graph());
  graph::verify(graph, graph::Stage::kFloat);
  EXPECT_EQ(op_names(graph), (std::vector<std::string>{"conv2d", "reshape", "softmax"}));
  EXPECT_EQ(graph.tensor(graph.nodes[0].inputs[1]).shape, (graph::Shape{3, 1, 1, 4}));
  EXPECT_EQ(std::get<graph::Conv2d>(graph.nodes[0].op).activation, graph::Activation::kRelu);
}

TEST(DenseToPointwise, ChainsDenseLayersWithoutReshapesBetween) {
  GraphBuilder builder("mlp");
  const TensorId x = builder.input("x", {1, 6});
  builder.output(dense(builder, "b", dense(builder, "a", x, 5), 2));
  const graph::Graph graph = dense_to_pointwise(builder.graph());
  graph::verify(graph, graph::Stage::kFloat);
  EXPECT_EQ(op_names(graph), (std::vector<std::string>{"reshape", "conv2d", "conv2d", "reshape"}));
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, (graph::Shape{1, 2}));
}

TEST(DenseToPointwise, KeepsAReshapeThatSomebodyElseReads) {
  GraphBuilder builder("two readers");
  const TensorId x = builder.input("x", {1, 1, 1, 4});
  const TensorId flat = builder.node("flat", graph::Reshape{{1, 4}}, {x});
  builder.output(dense(builder, "d", flat, 3));
  builder.output(builder.node("r", graph::Unary{}, {flat}));
  const graph::Graph graph = dense_to_pointwise(builder.graph());
  graph::verify(graph, graph::Stage::kFloat);
  EXPECT_EQ(op_names(graph), (std::vector<std::string>{"reshape", "conv2d", "reshape", "unary"}));
}

TEST(DenseToPointwise, LeavesOtherLayersAlone) {
  GraphBuilder builder("none");
  builder.output(builder.node("r", graph::Unary{}, {builder.input("x", {1, 4})}));
  EXPECT_TRUE(dense_to_pointwise(builder.graph()) == builder.graph());
}

}  // namespace
}  // namespace mote::quant
