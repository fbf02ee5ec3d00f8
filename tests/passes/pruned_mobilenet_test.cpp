// A MobileNet with a third of its filters zero runs on the live channels alone.
#include <gtest/gtest.h>

#include "mote/plan/cost.h"
#include "mote/plan/host_runner.h"
#include "mote/quant/constant_channels.h"
#include "random_network.h"
#include "zero_filters.h"

namespace mote::quant {
namespace {

using graph::Graph;

constexpr std::int32_t kSide = 48;

Graph mobilenet(test::Norms norms) {
  return test::random_int8_network({.name = "mobilenet-v1", .width = 0.25}, {1, kSide, kSide, 3}, 2, norms, 11);
}

void expect_same_answers(const Graph& graph, const Graph& smaller) {
  Rng rng(3);
  plan::HostRunner whole(graph);
  plan::HostRunner small(smaller);
  std::vector<std::int8_t> input(static_cast<std::size_t>(whole.model().input_bytes()));
  std::vector<std::int8_t> wanted(static_cast<std::size_t>(whole.model().output_bytes()));
  std::vector<std::int8_t> got(wanted.size());
  for (int run = 0; run < 5; ++run) {
    for (auto& x : input) x = static_cast<std::int8_t>(static_cast<int>(rng.below(256)) - 128);
    whole.run(input, wanted);
    small.run(input, got);
    EXPECT_EQ(got, wanted);
  }
}

// Every third filter of each convolution but the classifier.
Graph with_a_third_zero(Graph graph) {
  for (const graph::Node& node : graph.nodes) {
    if (!std::holds_alternative<graph::Conv2d>(node.op)) continue;
    std::vector<bool> dead(static_cast<std::size_t>(graph.tensor(node.inputs[1]).shape[0]));
    for (std::size_t o = 0; o < dead.size(); o += 3) dead[o] = true;
    test::zero_filters(graph, node, dead, test::ZeroBias::kKept);
  }
  return graph;
}

std::int64_t live(std::int64_t channels) {
  return channels - (channels + 2) / 3;
}

// Multiply-accumulates of a network that was built with the live channels only.
std::int64_t live_products(const Graph& graph) {
  std::int64_t sum = 0;
  for (const graph::Node& node : graph.nodes) {
    if (test::filter_axis(node.op) < 0) continue;
    const std::int64_t products = multiply_accumulates(graph, node);
    const graph::Shape& weights = graph.tensor(node.inputs[1]).shape;
    const std::int64_t inputs = graph.tensor(node.inputs[0]).shape.back();
    const std::int64_t live_inputs = node.inputs[0] == graph.inputs[0] ? inputs : live(inputs);
    if (std::holds_alternative<graph::Dense>(node.op)) sum += products / inputs * live_inputs;
    if (std::holds_alternative<graph::DepthwiseConv2d>(node.op)) sum += products / inputs * live_inputs;
    if (std::holds_alternative<graph::Conv2d>(node.op))
      sum += products / inputs * live_inputs / weights[0] * live(weights[0]);
  }
  return sum;
}

TEST(PrunedMobilenet, RunsOnItsLiveChannelsAlone) {
  const Graph graph = with_a_third_zero(mobilenet(test::Norms::kFresh));
  const Graph smaller = remove_constant_channels(graph).graph;
  // A few random filters more are constant: all weights negative behind a ReLU, say.
  EXPECT_LE(multiply_accumulates(smaller), live_products(graph));
  EXPECT_GE(multiply_accumulates(smaller), live_products(graph) * 49 / 50);
  EXPECT_LT(multiply_accumulates(smaller), multiply_accumulates(graph) / 2);
  EXPECT_LT(plan::cost(plan::make_plan(smaller)).flash_bytes(), plan::cost(plan::make_plan(graph)).flash_bytes() / 2);
  EXPECT_EQ(smaller.nodes.size(), graph.nodes.size());
  expect_same_answers(graph, smaller);
}

// Dead filters keep a bias here, some above zero: under padding such a channel has to stay.
TEST(PrunedMobilenet, AnswersTheSameWhereDeadFiltersHaveABias) {
  Rng rng(5);
  const Graph whole = mobilenet(test::Norms::kUsed);
  const Graph graph = test::with_zero_filters(whole, 1.0 / 3.0, test::ZeroBias::kKept, rng);
  const Graph smaller = remove_constant_channels(graph).graph;
  EXPECT_LT(multiply_accumulates(smaller), multiply_accumulates(graph) * 2 / 3);
  expect_same_answers(graph, smaller);
}

}  // namespace
}  // namespace mote::quant
