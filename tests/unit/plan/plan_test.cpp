#include "mote/plan/plan.h"

#include <gtest/gtest.h>

#include "int8_graphs.h"
#include "mote/base/error.h"
#include "mote/graph/text.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "mote/runtime/kernels/mote_dense_s8.h"
#include "mote/runtime/kernels/mote_mean_s8.h"
#include "mote/runtime/kernels/mote_relu_s8.h"
#include "mote/runtime/kernels/mote_softmax_s8.h"

namespace mote::plan {
namespace {

using test::Int8GraphBuilder;
using test::TensorId;

void expect_refused(const graph::Graph& graph, ErrorCode code, const std::vector<std::string>& parts) {
  try {
    make_plan(graph);
    FAIL() << "a plan was made";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    for (const std::string& part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(Plan, LeavesTheGraphAsItIs) {
  const graph::Graph graph = test::network_graph(1);
  EXPECT_TRUE(make_plan(graph).graph == graph);
}

TEST(Plan, HasAStepForEachNodeAndAPlaceForEachActivation) {
  const Plan plan = make_plan(test::network_graph(2));
  EXPECT_EQ(plan.steps.size(), plan.graph.nodes.size());
  for (std::size_t i = 0; i < plan.graph.tensors.size(); ++i) {
    const auto id = static_cast<TensorId>(i);
    if (plan.graph.tensor(id).constant) {
      EXPECT_THROW(plan.placement(id), Error);
      continue;
    }
    EXPECT_EQ(plan.placement(id).size_bytes, plan.graph.tensor(id).bytes());
    EXPECT_LE(plan.placement(id).offset_bytes + plan.placement(id).size_bytes, plan.arena_bytes);
  }
}

TEST(Plan, WritesAnElementWiseOutputOverAnInputThatDies) {
  Int8GraphBuilder builder("chain", 1);
  const TensorId x = builder.input({1, 40});
  const TensorId y = builder.relu(x);
  const TensorId z = builder.tied(graph::Reshape{{1, 8, 5}}, {y});
  const Plan plan = make_plan(builder.build(z));
  EXPECT_EQ(plan.placement(x).offset_bytes, plan.placement(z).offset_bytes);
  EXPECT_EQ(plan.arena_bytes, 48);
}

TEST(Plan, AddsOntoTheOperandThatDies) {
  Int8GraphBuilder builder("residual", 1);
  const TensorId x = builder.input({1, 64});
  const TensorId a = builder.relu(x);
  const TensorId sum = builder.add(x, a);
  const TensorId again = builder.add(x, sum);
  const Plan plan = make_plan(builder.build(again));
  EXPECT_EQ(plan.placement(sum).offset_bytes, plan.placement(a).offset_bytes);
  EXPECT_NE(plan.placement(sum).offset_bytes, plan.placement(x).offset_bytes);
  EXPECT_EQ(plan.arena_bytes, 128);
}

TEST(Plan, NeverWritesOverAnOutputOfTheGraph) {
  Int8GraphBuilder builder("two outputs", 1);
  const TensorId x = builder.input({1, 32});
  const TensorId y = builder.relu(x);
  const TensorId z = builder.tied(graph::Reshape{{1, 4, 8}}, {y});
  graph::Graph graph = builder.build(z);
  graph.outputs.push_back(y);
  const Plan plan = make_plan(graph);
  EXPECT_NE(plan.placement(y).offset_bytes, plan.placement(z).offset_bytes);
}

TEST(Plan, KeepsEveryTensorApartWithoutReuse) {
  Int8GraphBuilder builder("chain", 1);
  const TensorId x = builder.input({1, 40});
  const Plan plan = make_plan(builder.build(builder.relu(x)), {Reuse::kNone});
  EXPECT_EQ(plan.arena_bytes, 80);
}

TEST(Plan, PlacesScratchBesideWhatLives) {
  Int8GraphBuilder builder("conv", 1);
  const Plan plan = make_plan(builder.build(builder.conv(builder.input({1, 8, 8, 4}), 3, 3, 3, {})));
  const Step& step = plan.steps[0];
  EXPECT_EQ(step.scratch_bytes, 3 * 3 * 4);
  for (const Placement& place : plan.placements) {
    const bool before = step.scratch_offset_bytes + step.scratch_bytes <= place.offset_bytes;
    EXPECT_TRUE(before || place.offset_bytes + place.size_bytes <= step.scratch_offset_bytes);
  }
}

// Two branches that widen a map and narrow it again, each layer of both before the next of either.
graph::Graph widening_branches() {
  Int8GraphBuilder builder("branches", 1);
  const TensorId x = builder.input({1, 8, 8, 4});
  const TensorId wide = builder.conv(x, 32, 3, 3, {});
  const TensorId wide_too = builder.conv(x, 32, 3, 3, {});
  const TensorId narrow = builder.conv(wide, 4, 3, 3, {});
  return builder.build(builder.add(narrow, builder.conv(wide_too, 4, 3, 3, {})));
}

TEST(Plan, FinishesABranchBeforeItWidensTheNext) {
  graph::Graph graph = widening_branches();
  const Plan plan = make_plan(graph);
  std::swap(graph.nodes[1], graph.nodes[2]);
  EXPECT_EQ(plan.arena_bytes, make_plan(graph).arena_bytes);
  EXPECT_LT(plan.arena_bytes, 2 * 8 * 8 * 32);
}

TEST(Plan, KeepsTheOrderOfTheGraphWhereNoOtherNeedsLess) {
  const Plan plan = make_plan(test::network_graph(5));
  for (std::size_t i = 0; i < plan.steps.size(); ++i) EXPECT_EQ(plan.steps[i].node, static_cast<std::int32_t>(i));
}

TEST(Plan, NeedsNoMoreThanWithoutReuseInAnyOrder) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const graph::Graph graph = test::network_graph(seed);
    EXPECT_LE(make_plan(graph).arena_bytes, make_plan(graph, {Reuse::kNone}).arena_bytes);
  }
}

// What each step may write over, from the steps alone.
std::vector<SharedStep> shared_steps(const Plan& plan) {
  std::vector<SharedStep> shared;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    const graph::Node& node = plan.graph.nodes[static_cast<std::size_t>(step.node)];
    for (const Overlap& overlap : step.option.overlaps) {
      const Placement& read = plan.placement(node.inputs[static_cast<std::size_t>(overlap.input)]);
      const Block& block = plan.blocks[static_cast<std::size_t>(read.block)];
      if (block.last_step != static_cast<std::int32_t>(i)) continue;
      shared.push_back({read.block, step.writes[0], overlap.least_distance_bytes, overlap.multiple_bytes});
    }
  }
  return shared;
}

TEST(Plan, PlacesWhatLivesTogetherApartOrAsTheKernelAllows) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Plan plan = make_plan(test::network_graph(seed));
    EXPECT_TRUE(is_valid_placement(plan.blocks, shared_steps(plan))) << seed;
    EXPECT_GE(plan.arena_bytes, plan.arena_lower_bound_bytes);
  }
}

TEST(Plan, IsTheSameForTheSameGraph) {
  EXPECT_EQ(describe(make_plan(test::network_graph(4))), describe(make_plan(test::network_graph(4))));
}

TEST(Plan, DescribesStepsAndMemory) {
  const std::string text = describe(make_plan(test::network_graph(4)));
  for (const char* part : {"mote_conv2d_s8", "mote_add_s8", "arena", "lower bound", "scratch of step 0", "layer3"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

TEST(Lowering, GivesEachChannelItsFactorInDouble) {
  Int8GraphBuilder builder("conv", 7);
  const Plan plan = make_plan(builder.build(builder.conv(builder.input({1, 6, 6, 2}), 5, 3, 3, {})));
  const auto& params = plan.steps[0].call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op);
  const graph::Node& node = plan.graph.nodes[0];
  ASSERT_EQ(params.scaling.count, 5);
  for (std::size_t channel = 0; channel < 5; ++channel) {
    const double factor = static_cast<double>(plan.graph.tensor(node.inputs[0]).quant.scales[0]) *
                          static_cast<double>(plan.graph.tensor(node.inputs[1]).quant.scales[channel]) /
                          static_cast<double>(plan.graph.tensor(node.outputs[0]).quant.scales[0]);
    const double got = std::ldexp(params.scaling.multipliers[channel], params.scaling.shifts[channel] - 31);
    EXPECT_NEAR(got / factor, 1, 1e-9);
  }
}

TEST(Lowering, GivesADenseLayerWithOneScaleOneMultiplier) {
  Int8GraphBuilder builder("dense", 7);
  const Plan plan = make_plan(builder.build(builder.dense(builder.input({1, 6}), 5)));
  EXPECT_EQ(plan.steps[0].call.parameters_as<mote_dense_s8_params>(mote_dense_s8_op).scaling.count, 1);
}

TEST(Lowering, ClampsWithoutRescalingWhereAReluKeepsItsScale) {
  Int8GraphBuilder builder("relu6", 1);
  const Plan plan = make_plan(builder.build(builder.relu6(builder.input({1, 6}))));
  const auto& params = plan.steps[0].call.parameters_as<mote_relu_s8_params>(mote_relu_s8_op);
  EXPECT_EQ(params.scaling.multiplier, 1 << 30);
  EXPECT_EQ(params.scaling.shift, 1);
}

TEST(Lowering, FoldsTheDivisionOfAMeanIntoItsMultiplier) {
  Int8GraphBuilder builder("mean", 1);
  const Plan plan = make_plan(builder.build(builder.mean(builder.input({1, 7, 5, 3}), {1, 2}, 0)));
  const auto& params = plan.steps[0].call.parameters_as<mote_mean_s8_params>(mote_mean_s8_op);
  EXPECT_EQ(params.outer, 1);
  EXPECT_EQ(params.reduced, 35);
  EXPECT_EQ(params.inner, 3);
  const double factor = static_cast<double>(plan.graph.tensors[0].quant.scales[0]) /
                        static_cast<double>(plan.graph.tensors[1].quant.scales[0]) / 35;
  EXPECT_NEAR(std::ldexp(params.scaling.multiplier, params.scaling.shift - 31) / factor, 1, 1e-8);
}

TEST(Lowering, GivesAVanishingFactorTheMultiplierZero) {
  graph::Graph graph = [] {
    Int8GraphBuilder builder("dense", 1);
    return builder.build(builder.dense(builder.input({1, 6}), 2));
  }();
  graph.tensor(graph.outputs[0]).quant.scales[0] = 1e12F;
  const Plan plan = make_plan(graph);
  const auto& params = plan.steps[0].call.parameters_as<mote_dense_s8_params>(mote_dense_s8_op);
  EXPECT_EQ(params.scaling.multipliers[0], 0);
  EXPECT_EQ(params.scaling.shifts[0], 0);
}

TEST(Lowering, RefusesALeftShiftThatMayOverflow) {
  Int8GraphBuilder builder("dense", 1);
  graph::Graph graph = builder.build(builder.dense(builder.input({1, 600}), 2));
  graph.tensor(graph.outputs[0]).quant.scales[0] = 1e-9F;
  expect_refused(graph, ErrorCode::kInvalid, {"layer 0 'layer0'", "[dense]", "leave 32 bits"});
}

TEST(Lowering, RefusesAFactorThatIsNotFinite) {
  Int8GraphBuilder builder("relu", 1);
  graph::Graph graph = builder.build(builder.relu(builder.input({1, 6})));
  graph.tensor(graph.inputs[0]).quant.scales[0] = 1e30F;
  graph.tensor(graph.outputs[0]).quant.scales[0] = 1e-30F;
  expect_refused(graph, ErrorCode::kInvalid, {"[unary]", "leave 32 bits"});
}

TEST(Lowering, RefusesAMeanWhoseLeftShiftMayOverflow) {
  Int8GraphBuilder builder("mean", 1);
  graph::Graph graph = builder.build(builder.mean(builder.input({1, 7, 5, 3}), {1, 2}, 0));
  graph.tensor(graph.outputs[0]).quant.scales[0] = 1e-9F;
  expect_refused(graph, ErrorCode::kInvalid, {"[reduce]", "leave 32 bits"});
}

TEST(Lowering, RefusesASumWithATinyOutputScale) {
  Int8GraphBuilder builder("add", 1);
  const TensorId x = builder.input({1, 6});
  graph::Graph graph = builder.build(builder.add(x, x));
  graph.tensor(graph.outputs[0]).quant.scales[0] = 1e-9F;
  expect_refused(graph, ErrorCode::kInvalid, {"[binary]", "factor below 1"});
}

TEST(Lowering, RefusesASoftmaxOfHugeLogits) {
  Int8GraphBuilder builder("softmax", 1);
  graph::Graph graph = builder.build(builder.softmax(builder.input({1, 6})));
  graph.tensor(graph.inputs[0]).quant.scales[0] = 40.0F;
  expect_refused(graph, ErrorCode::kUnsupported, {"[softmax]", "40"});
}

TEST(Lowering, RefusesARelu6ThatRescales) {
  Int8GraphBuilder builder("relu6", 1);
  graph::Graph graph = builder.build(builder.relu6(builder.input({1, 6})));
  graph.tensor(graph.outputs[0]).quant.scales[0] *= 2;
  expect_refused(graph, ErrorCode::kUnsupported, {"[unary]", "one scale"});
}

TEST(Lowering, RefusesAMeanOverAxesApart) {
  Int8GraphBuilder builder("mean", 1);
  expect_refused(builder.build(builder.mean(builder.input({1, 3, 4, 5}), {1, 3}, 0)), ErrorCode::kUnsupported,
                 {"[reduce]", "neighbouring"});
}

TEST(Lowering, RefusesMoreThanTenInputsOfAConcat) {
  Int8GraphBuilder builder("concat", 1);
  const TensorId x = builder.input({1, 4});
  expect_refused(builder.build(builder.tied(graph::Concat{1}, std::vector<TensorId>(11, x))), ErrorCode::kUnsupported,
                 {"[concat]", "11"});
}

TEST(Plan, RefusesAGraphWithoutLayers) {
  graph::GraphBuilder builder("empty");
  builder.output(builder.input("x", {1, 4}, graph::DType::kInt8, graph::per_tensor(0.1F, 0)));
  expect_refused(builder.build(), ErrorCode::kInvalid, {"at least one layer"});
}

TEST(Plan, RefusesPaddingOfRankFive) {
  Int8GraphBuilder builder("pad", 1);
  const TensorId x = builder.input({1, 2, 2, 2, 2});
  expect_refused(builder.build(builder.tied(graph::Pad{{0, 1, 0, 0, 0}, {0, 0, 0, 0, 0}}, {x})),
                 ErrorCode::kUnsupported, {"[pad]", "rank"});
}

}  // namespace
}  // namespace mote::plan
