#include "mote/plan/strips.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "error_text.h"
#include "int8_graphs.h"
#include "mote/plan/cost.h"
#include "mote/plan/host_runner.h"
#include "random_network.h"

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

}  // namespace
}  // namespace mote::plan
