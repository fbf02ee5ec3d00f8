// Frames that are kept from run to run: their place, and what a step that appends to them reads.
#include <gtest/gtest.h>

#include <algorithm>

#include "error_text.h"
#include "int8_graphs.h"
#include "mote/base/error.h"
#include "mote/plan/plan.h"
#include "mote/quant/streaming.h"

namespace mote::plan {
namespace {

quant::StreamingGraph streaming() {
  test::Int8GraphBuilder net("listening", 3);
  const auto x = net.input({1, 20, 6, 1});
  const auto a = net.conv(x, 4, 4, 3, {2, 1, 1, 1, graph::Padding::kValid, graph::Activation::kRelu});
  const auto b = net.depthwise(a, 1, 3, 1, {1, 1, 1, 1, graph::Padding::kValid, graph::Activation::kRelu});
  return quant::streaming_graph(net.build(net.dense(net.mean(b, {1, 2}, 0), 3)));
}

// A made-up kernel for each concat with a state, in planes and in the graph's layout.
PlanOptions appending(const quant::StreamingGraph& streaming) {
  PlanOptions options;
  options.optimize = Optimize::kSpeed;
  options.kernels.resize(streaming.step.nodes.size());
  options.layout_change = [](const graph::Tensor&, Layout from, Layout to) {
    KernelOption change;
    change.name = to == Layout::kPlanes ? "to_planes" : "to_nhwc";
    change.inputs = {from};
    change.output = to;
    change.instructions = 1;
    return change;
  };
  for (std::size_t node = 0; node < streaming.step.nodes.size(); ++node) {
    if (!std::holds_alternative<graph::Concat>(streaming.step.nodes[node].op)) continue;
    options.appends.push_back(static_cast<std::int32_t>(node));
    KernelOption nhwc;
    nhwc.name = "append";
    nhwc.inputs = {Layout::kNhwc};
    nhwc.instructions = 1000;
    KernelOption planes = nhwc;
    planes.name = "append_planes";
    planes.inputs = {Layout::kPlanes};
    planes.output = Layout::kPlanes;
    planes.instructions = 10;
    options.kernels[node] = {nhwc, planes};
  }
  return options;
}

TEST(Append, AWindowHasItsPlaceToItselfFromRunToRun) {
  const quant::StreamingGraph graph = streaming();
  const Plan plan = make_plan(graph.step, appending(graph));
  ASSERT_EQ(plan.carried.size(), graph.states.size());
  for (const std::int32_t index : plan.carried) {
    const Block& window = plan.blocks[static_cast<std::size_t>(index)];
    EXPECT_EQ(window.first_step, 0);
    EXPECT_EQ(window.last_step, static_cast<std::int32_t>(plan.steps.size()));
    for (const Block& other : plan.blocks) {
      const bool apart = other.offset_bytes >= window.offset_bytes + window.size_bytes ||
                         window.offset_bytes >= other.offset_bytes + other.size_bytes;
      EXPECT_TRUE(apart || &other == &window);
    }
  }
}

TEST(Append, KeptFramesHaveNoPlaceAndAreNotRead) {
  const quant::StreamingGraph graph = streaming();
  const Plan plan = make_plan(graph.step, appending(graph));
  for (const quant::StreamState& state : graph.states) {
    EXPECT_THROW((void)plan.placement(state.kept), Error);
    const auto step = std::ranges::find_if(plan.steps, [&](const Step& one) {
      return std::ranges::find(one.completes, state.window) != one.completes.end();
    });
    ASSERT_NE(step, plan.steps.end());
    EXPECT_EQ(step->reads.size(), 1U);
  }
  EXPECT_FALSE(plan.is_portable());
}

TEST(Append, AWindowMayLieInAnyLayout) {
  const quant::StreamingGraph graph = streaming();
  const Plan plan = make_plan(graph.step, appending(graph));
  const auto in_planes = std::ranges::count_if(plan.carried, [&](std::int32_t index) {
    return plan.placements[static_cast<std::size_t>(index)].layout == Layout::kPlanes;
  });
  EXPECT_EQ(in_planes, std::ssize(plan.carried));
}

TEST(Append, WithoutAKernelItIsRefused) {
  const quant::StreamingGraph graph = streaming();
  PlanOptions options = appending(graph);
  const auto node = static_cast<std::size_t>(options.appends.front());
  options.kernels[node].clear();
  EXPECT_EQ(test::error_text([&] { make_plan(graph.step, options); }),
            "invalid: [plan] wanted a layer of two inputs and kernels for it to append by, got layer " +
                std::to_string(node));
}

}  // namespace
}  // namespace mote::plan
