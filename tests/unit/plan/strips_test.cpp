#include "mote/plan/strips.h"

#include <gtest/gtest.h>

#include <memory>

#include "error_text.h"
#include "int8_graphs.h"
#include "mote/base/error.h"
#include "mote/plan/cost.h"
#include "mote/plan/host_runner.h"

namespace mote::plan {
namespace {

// A chain of windows, pads and element-wise layers, then a head.
graph::Graph chain_graph(std::uint64_t seed) {
  test::Int8GraphBuilder b("chain", seed);
  const auto some = [&](std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(b.rng().below(static_cast<std::uint64_t>(high - low + 1)));
  };
  const auto padding = [&] { return some(0, 2) == 0 ? test::Padding::kValid : test::Padding::kSame; };
  test::TensorId x = b.input({1, some(20, 40), some(8, 14), some(1, 4)});
  const std::int32_t layers = some(2, 6);
  for (std::int32_t i = 0; i < layers; ++i) {
    const std::int32_t kind = some(0, 5);
    const std::int32_t kernel = some(1, 3);
    if (kind == 0) {
      x = b.conv(x, some(1, 9), kernel, kernel, {some(1, 2), 1, some(1, 2), 1, padding(), test::Activation::kRelu});
    } else if (kind == 1) {
      x = b.depthwise(x, some(1, 2), 3, 3, {some(1, 2), 1, 1, 1, padding(), test::Activation::kRelu6});
    } else if (kind == 2) {
      x = b.tied(graph::Pool2d{graph::PoolKind::kAverage, kernel, 2, some(1, 2), 1, padding()}, {x});
    } else if (kind == 3) {
      x = b.tied(graph::Pool2d{graph::PoolKind::kMax, 2, kernel, 1, 1, padding()}, {x});
    } else if (kind == 4) {
      x = b.tied(graph::Pad{{0, some(0, 1), some(0, 1), 0}, {0, some(0, 1), 1, 0}}, {x});
    } else {
      x = b.relu(x);
    }
  }
  return b.build(b.softmax(b.dense(x, 5)));
}

std::vector<std::int8_t> random_input(const graph::Graph& graph, std::uint64_t seed) {
  Rng rng = Rng::derive(seed, "input");
  std::vector<std::int8_t> values(static_cast<std::size_t>(graph.tensor(graph.inputs[0]).bytes()));
  for (auto& value : values) value = static_cast<std::int8_t>(static_cast<int>(rng.below(256)) - 128);
  return values;
}

// Layers by tensor; those that never are whole are empty.
std::vector<std::vector<std::int8_t>> layers_of(const Plan& plan, const std::vector<std::int8_t>& input) {
  std::vector<std::vector<std::int8_t>> layers(plan.graph.tensors.size());
  HostRunner runner(std::make_shared<const HostModel>(plan));
  runner.run(input, [&](graph::TensorId id, std::span<const std::int8_t> values) {
    layers[static_cast<std::size_t>(id)].assign(values.begin(), values.end());
  });
  return layers;
}

PlanOptions cut_like(std::int32_t layers, std::int32_t rows) {
  PlanOptions options;
  options.strips.cut = {layers, rows};
  return options;
}

TEST(Strips, GiveTheBytesOfWholeLayersForEveryCutOfRandomChains) {
  std::int32_t cuts = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const graph::Graph graph = chain_graph(seed);
    const std::vector<std::int8_t> input = random_input(graph, seed);
    const auto whole = layers_of(make_plan(graph), input);
    for (std::int32_t layers = 2; layers <= strip_layers(graph); ++layers) {
      for (const std::int32_t rows : {1, 2, 3, 5, 7, 11}) {
        const auto& last = graph.tensor(graph.nodes[static_cast<std::size_t>(layers) - 1].outputs[0]);
        if (rows >= last.shape[1] || !find_strips(graph, {layers, rows})) continue;
        const Plan plan = make_plan(graph, cut_like(layers, rows));
        auto wanted = whole;
        for (graph::TensorId id : plan.strips.skipped) wanted[static_cast<std::size_t>(id)].clear();
        EXPECT_EQ(layers_of(plan, input), wanted) << seed << ": " << layers << " layers, " << rows << " rows";
        ++cuts;
      }
    }
  }
  EXPECT_GT(cuts, 200);
}

// A MobileNet, whose first feature maps are its largest.
graph::Graph mobilenet() {
  test::Int8GraphBuilder b("mobilenet", 7);
  const auto same = [](std::int32_t stride) {
    return graph::Conv2d{stride, stride, 1, 1, test::Padding::kSame, test::Activation::kRelu6};
  };
  const auto each = [](std::int32_t stride) {
    return graph::DepthwiseConv2d{stride, stride, 1, 1, test::Padding::kSame, test::Activation::kRelu6};
  };
  test::TensorId x = b.conv(b.input({1, 64, 64, 1}), 8, 3, 3, same(2));
  x = b.conv(b.depthwise(x, 1, 3, 3, each(1)), 16, 1, 1, same(1));
  x = b.conv(b.depthwise(x, 1, 3, 3, each(2)), 32, 1, 1, same(1));
  x = b.conv(b.depthwise(x, 1, 3, 3, each(2)), 32, 1, 1, same(1));
  return b.build(b.dense(x, 4));
}

TEST(Strips, ListWhatIsNeverWholeAndCountWhatIsComputedAgain) {
  const graph::Graph graph = mobilenet();
  const Plan whole = make_plan(graph);
  const Plan plan = make_plan(graph, cut_like(4, 4));
  ASSERT_EQ(plan.strips.strips.size(), 4U);
  const std::vector<graph::TensorId> skipped{graph.nodes[0].outputs[0], graph.nodes[1].outputs[0],
                                             graph.nodes[2].outputs[0]};
  EXPECT_EQ(plan.strips.skipped, skipped);
  EXPECT_LT(plan.arena_bytes, whole.arena_bytes);
  const Cost sum = cost(plan);
  EXPECT_GT(sum.recomputed_macs, 0);
  EXPECT_EQ(sum.multiply_accumulates, cost(whole).multiply_accumulates + sum.recomputed_macs);
  EXPECT_EQ(sum.weight_bytes, cost(whole).weight_bytes);
  EXPECT_NE(describe(plan).find("the first 4 layers run in 4 strips of 4 output rows"), std::string::npos);
}

TEST(Strips, OfTheSameShapeShareOneGraph) {
  const Strips strips = cut_strips(mobilenet(), {4, 2});
  ASSERT_EQ(strips.strips.size(), 8U);
  EXPECT_EQ(strips.graphs.size(), 3U);  // the uppermost, those between, the lowest
  for (std::size_t i = 2; i < 7; ++i) EXPECT_EQ(strips.strips[i].graph, strips.strips[1].graph);
}

TEST(Strips, PayForSizeWhereTheArenaFallsByATenth) {
  PlanOptions options;
  options.optimize = Optimize::kSize;
  const Plan whole = make_plan(mobilenet(), options);
  options.strips.use = StripUse::kWherePays;
  const Plan cut = make_plan(mobilenet(), options);
  ASSERT_FALSE(cut.strips.empty());
  EXPECT_LE(static_cast<double>(cut.arena_bytes), 0.9 * static_cast<double>(whole.arena_bytes));
  options.strips.least_saving = 0.99;
  EXPECT_TRUE(make_plan(mobilenet(), options).strips.empty());
}

TEST(Strips, RecomputeNoMoreThanTheirShare) {
  PlanOptions options;
  options.optimize = Optimize::kSize;
  options.strips.use = StripUse::kWherePays;
  options.strips.most_recomputed = 0.02;
  const Plan plan = make_plan(mobilenet(), options);
  EXPECT_LE(static_cast<double>(plan.strips.recomputed_macs),
            0.02 * static_cast<double>(graph::multiply_accumulates(plan.graph)));
}

TEST(Strips, ServeOtherGoalsOnlyToKeepALimitOfRam) {
  for (const Optimize optimize : {Optimize::kBalanced, Optimize::kSpeed}) {
    PlanOptions options;
    options.optimize = optimize;
    options.strips.use = StripUse::kWherePays;
    const Plan free = make_plan(mobilenet(), options);
    EXPECT_TRUE(free.strips.empty());
    options.limits.ram_bytes = free.arena_bytes * 8 / 10;
    const Plan limited = make_plan(mobilenet(), options);
    EXPECT_FALSE(limited.strips.empty());
    EXPECT_LE(limited.arena_bytes, options.limits.ram_bytes);
  }
}

TEST(Strips, RefuseALimitThatNoCutKeeps) {
  PlanOptions options;
  options.strips.use = StripUse::kWherePays;
  options.limits.ram_bytes = 1000;
  EXPECT_THROW(make_plan(mobilenet(), options), Error);
}

TEST(Strips, EndAtABranch) {
  test::Int8GraphBuilder b("branch", 3);
  const test::TensorId stem = b.conv(b.input({1, 12, 8, 2}), 4, 3, 3, {});
  const test::TensorId deep = b.relu(b.depthwise(stem, 1, 3, 3, {1, 1, 1, 1, test::Padding::kSame}));
  EXPECT_EQ(strip_layers(b.build(b.add(stem, deep))), 0);
}

TEST(Strips, RefuseOtherLayersAndRowsThanThereAre) {
  const graph::Graph graph = mobilenet();
  EXPECT_EQ(strip_layers(graph), 7);
  EXPECT_EQ(test::error_text([&] {
              cut_strips(graph, {8, 1});
            }),
            "invalid: [strips] wanted 2 to 7 of the first layers, got 8");
  EXPECT_EQ(test::error_text([&] {
              cut_strips(graph, {2, 32});
            }),
            "invalid: [strips] wanted 1 to 31 rows of 'layer1' in a strip, got 32");
}

TEST(Strips, RefuseWhatLiesInThePaddingAltogether) {
  test::Int8GraphBuilder b("padding", 3);
  const test::TensorId x = b.relu(b.input({1, 8, 8, 2}));
  const graph::Graph graph = b.build(b.tied(graph::Pad{{0, 2, 0, 0}, {0, 0, 0, 0}}, {x}));
  EXPECT_FALSE(find_strips(graph, {2, 1}).has_value());
  EXPECT_EQ(test::error_text([&] {
              cut_strips(graph, {2, 1});
            }),
            "invalid: [strips] wanted strips of more than padding, got 1 rows of 'layer1'");
}

}  // namespace
}  // namespace mote::plan
