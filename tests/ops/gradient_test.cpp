// backward() of every node of every sample against finite differences of its forward(), for every input that has a
// gradient.
#include <gtest/gtest.h>

#include <algorithm>

#include "op_harness.h"
#include "parameter_uses.h"
#include "samples.h"

namespace mote::test {
namespace {

// Numbers of the inputs that training differentiates: all but moving statistics.
std::vector<std::size_t> differentiable(const graph::Graph& graph, const graph::Node& node) {
  const auto uses = parameter_uses(graph, node);
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const bool statistic = std::any_of(uses.begin(), uses.end(), [&](const trainer::ParameterUse& use) {
      return use.input == i && use.kind == trainer::ParameterKind::kStatistic;
    });
    if (!statistic) numbers.push_back(i);
  }
  return numbers;
}

class EveryGradient : public testing::TestWithParam<OpSample> {};

TEST_P(EveryGradient, EqualsFiniteDifferences) {
  constexpr std::int64_t kBatch = 3;
  const graph::Graph& graph = GetParam().sample.graph;
  for (const graph::Node& node : graph.nodes) {
    SCOPED_TRACE(graph.node_name(node));
    std::vector<graph::Shape> shapes;
    std::vector<std::size_t> constants;
    for (graph::TensorId id : node.inputs) {
      if (graph.tensor(id).constant) constants.push_back(shapes.size());
      shapes.push_back(graph.tensor(id).shape);
    }
    trainer::test::OpHarness harness(node.op, shapes, constants, kBatch);
    harness.check_gradients(differentiable(graph, node));
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, EveryGradient, testing::ValuesIn(trained_samples()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace mote::test
