// What a simulation reads from the int8 graph, and how its ranges move.
#include "qat/simulation.h"

#include <gtest/gtest.h>

#include <numeric>

#include "fused_graphs.h"
#include "program_samples.h"

namespace mote::trainer {
namespace {

class SimulationTest : public testing::Test {
 protected:
  Simulation make(const QatTarget& target = {}) {
    Simulation simulation(graph_, settings_, target);
    const ParameterLayout layout = lay_out_parameters(graph_);
    parameters_.resize(static_cast<std::size_t>(total_count(layout.parameters)));
    statistics_.resize(static_cast<std::size_t>(total_count(layout.statistics) + simulation.state_count()));
    read_constants(graph_, layout.parameters, parameters_);
    read_constants(graph_, layout.statistics, statistics_);
    const std::vector<quant::Range> ranges(simulation.lowered().tensors.size(), {-1.0F, 3.0F});
    simulation.start(ranges, simulation.state_of(statistics_));
    simulation.update(parameters_, statistics_);
    return simulation;
  }
  quant::Range range_of(const Simulation& simulation, graph::TensorId site) {
    const auto ranges = simulation.ranges(simulation.state_of(statistics_));
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const std::string& name = simulation.lowered().tensors[i].name;
      if (name == graph_.tensor(site).name) return ranges[i];
    }
    return {};
  }

  graph::Graph graph_ = test::shaken(test::Layers({1, 7, 6, 3})
                                         .conv(5, 3, 3, test::conv_options(1, 1, 1, graph::Padding::kSame))
                                         .norm_relu()
                                         .op(graph::Dropout{0.5F})
                                         .conv(4, 1, 1)
                                         .classes(3));
  QatSettings settings_;
  std::vector<float> parameters_, statistics_;
};

TEST_F(SimulationTest, RoundsBehindTheActivationAndBeforeDropout) {
  const Simulation simulation = make();
  EXPECT_TRUE(simulation.is_site(graph_.inputs.front()));
  std::vector<bool> sites;
  for (const graph::Node& n : graph_.nodes) sites.push_back(simulation.is_site(n.outputs.front()));
  EXPECT_EQ(sites, (std::vector<bool>{false, false, true, false, true, true, false}));
  EXPECT_TRUE(simulation.is_rounded(graph_.nodes[3].outputs.front()));
}

TEST_F(SimulationTest, GivesTheIntegersOfTheExportedWeights) {
  const Simulation simulation = make();
  const WeightGrid& grid = simulation.weights(0);
  const float most = *std::max_element(grid.integers.begin(), grid.integers.end(),
                                       [](float a, float b) { return std::abs(a) < std::abs(b); });
  EXPECT_EQ(std::abs(most), 127.0F);
  const auto weights = graph::values<float>(graph_.tensor(graph_.nodes[0].inputs[1]));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float step = grid.step[grid.channel(i)];
    EXPECT_NEAR(grid.integers[i] * step, weights[i], 0.51F * std::abs(step)) << i;
  }
}

TEST_F(SimulationTest, FollowsTheNumberTypesOfItsTarget) {
  QatTarget target;
  target.quantize.weights.assign(target.lower(graph_).nodes.size(), quant::WeightType::kInt8);
  target.quantize.weights.front() = quant::WeightType::kTernary;
  const Simulation simulation = make(target);
  for (float integer : simulation.weights(0).integers) EXPECT_LE(std::abs(integer), 1.0F);
  const auto& second = simulation.weights(4).integers;
  EXPECT_GT(*std::max_element(second.begin(), second.end()), 1.0F);
}

TEST_F(SimulationTest, SimulatesActivationsOf16Bits) {
  QatTarget target;
  target.quantize.activations = quant::ActivationType::kInt16;
  const Simulation simulation = make(target);
  const ActivationGrid& grid = simulation.activation(graph_.inputs.front());
  EXPECT_EQ(grid.zero_point, 0);
  EXPECT_NEAR(grid.step, 3.0F / 32767.0F, 1e-7);
}

TEST_F(SimulationTest, MovesARangeByItsMomentum) {
  settings_.range_momentum = 0.75;
  const Simulation simulation = make();
  const graph::TensorId input = graph_.inputs.front();
  simulation.observe(input, std::vector<float>{-5.0F, 0.0F, 7.0F}, simulation.state_of(statistics_));
  EXPECT_EQ(range_of(simulation, input), (quant::Range{-2.0F, 4.0F}));
}

TEST_F(SimulationTest, LeavesExtremesOutOfAPercentile) {
  settings_.observer = RangeObserver::kPercentile;
  settings_.percentile = 0.98;
  settings_.range_momentum = 0;
  const Simulation simulation = make();
  std::vector<float> values(200);
  std::iota(values.begin(), values.end(), 0.0F);
  const graph::TensorId input = graph_.inputs.front();
  simulation.observe(input, values, simulation.state_of(statistics_));
  EXPECT_EQ(range_of(simulation, input), (quant::Range{2.0F, 197.0F}));
}

TEST_F(SimulationTest, WidensALearnedRangeAgainstItsGradient) {
  settings_.observer = RangeObserver::kLearned;
  const Simulation simulation = make();
  const graph::TensorId input = graph_.inputs.front();
  std::vector<double> gradients(graph_.tensors.size(), 0.0);
  gradients[static_cast<std::size_t>(input)] = -2.0;
  simulation.learn(gradients, 0.1, 0, simulation.state_of(statistics_));
  const quant::Range moved = range_of(simulation, input);
  EXPECT_NEAR(moved.low, -std::exp(0.1F), 1e-5);
  EXPECT_NEAR(moved.high, 3 * std::exp(0.1F), 1e-5);
}

TEST(ObservedSamples, TakesOtherOnesAtEachStep) {
  Batch batch;
  batch.samples = 20;
  const std::vector<std::int64_t> first = observed_samples(batch);
  batch.step = 1;
  const std::vector<std::int64_t> second = observed_samples(batch);
  EXPECT_EQ(first, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(second, (std::vector<std::int64_t>{8, 9, 10, 11, 12, 13, 14, 15}));
}

TEST(AveragePoolRounding, RoundsHalvesAwayFromTheIntegerZero) {
  ActivationGrid grid{0.5F, -0.49F, 255.49F, -128};
  EXPECT_EQ(averaged_to(grid, 0.75F, 2), 0.5F);  // 1.5 steps: raw -126.5 becomes -127
  grid.zero_point = 0;
  EXPECT_EQ(averaged_to(grid, 0.75F, 2), 1.0F);
}

}  // namespace
}  // namespace mote::trainer
