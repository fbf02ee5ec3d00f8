#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "mote/base/error.h"
#include "mote/graph/text.h"
#include "samples.h"

namespace mote::test {
namespace {

class EveryOp : public testing::TestWithParam<OpSample> {};

TEST_P(EveryOp, IsInTheGraphsOfItsSamples) {
  const auto& nodes = GetParam().sample.graph.nodes;
  EXPECT_TRUE(std::any_of(nodes.begin(), nodes.end(),
                          [](const graph::Node& node) { return op_name(node.op) == GetParam().stem; }));
}

TEST_P(EveryOp, ReadsBackFromItsText) {
  const graph::Graph& graph = GetParam().sample.graph;
  EXPECT_TRUE(graph::parse(graph::print(graph)) == graph) << graph::print(graph);
}

TEST_P(EveryOp, IsLegalWithTheShapesThatItInfersAndWithNoOthers) {
  graph::Graph graph = GetParam().sample.graph;
  EXPECT_NO_THROW(verify(graph, GetParam().stage));
  for (const graph::Node& node : graph.nodes) {
    for (std::size_t axis = 0; axis < graph.tensor(node.outputs[0]).shape.size(); ++axis) {
      ++graph.tensor(node.outputs[0]).shape[axis];
      EXPECT_THROW(verify(graph, GetParam().stage), Error) << graph.node_name(node) << ", axis " << axis;
      --graph.tensor(node.outputs[0]).shape[axis];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, EveryOp, testing::ValuesIn(all_samples()),
                         [](const auto& info) { return test_name(info.param); });

TEST(Samples, AreThereForEveryOp) {
  std::set<std::string> stems;
  for (const OpSample& one : all_samples()) stems.insert(one.stem);
  EXPECT_EQ(stems.size(), std::variant_size_v<graph::Op>);
}

}  // namespace
}  // namespace mote::test
