#include "mote/doctor/mixed_precision.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "sick_network.h"

namespace mote::doctor {
namespace {

using quant::WeightType;

const std::vector<WeightType> kTypes = {WeightType::kInt8, WeightType::kInt4, WeightType::kTernary};

LayerSensitivity layer(std::int32_t node, std::vector<std::pair<std::int64_t, double>> choices) {
  LayerSensitivity result{node, "layer", 0, {}};
  for (std::size_t i = 0; i < choices.size(); ++i)
    result.choices.push_back({kTypes[i], choices[i].first, {0, choices[i].second}});
  return result;
}

// The least divergence within the budget, by trying everything.
double by_force(const std::vector<LayerSensitivity>& layers, std::int64_t budget, std::size_t from = 0) {
  if (from == layers.size()) return budget >= 0 ? 0.0 : 1e9;
  double least = 1e9;
  for (const TypeChoice& choice : layers[from].choices)
    least = std::min(least, choice.effect.divergence + by_force(layers, budget - choice.cost, from + 1));
  return least;
}

TEST(ChooseTypes, FindsTheBestPlanWithinEveryBudget) {
  Rng rng = Rng::derive(1, "types");
  std::vector<LayerSensitivity> layers;
  for (std::int32_t i = 0; i < 6; ++i) {
    const auto size = static_cast<std::int64_t>(rng.uniform(8, 400));
    layers.push_back(
        layer(i, {{size, rng.uniform(0, 0.1)}, {size / 2, rng.uniform(0, 1)}, {size / 4, rng.uniform(0, 3)}}));
  }
  const std::int64_t least = cheapest_plan(layers).cost;
  for (std::int64_t budget = least; budget < 4 * least; budget += least / 7) {
    const TypePlan plan = choose_types(layers, budget);
    EXPECT_LE(plan.cost, budget);
    EXPECT_NEAR(plan.divergence, by_force(layers, budget), 1e-12) << budget;
  }
}

TEST(ChooseTypes, HoldsABudgetThatIsLargerThanItsSteps) {
  const std::vector<LayerSensitivity> layers = {layer(0, {{5000001, 0}, {2500000, 1}, {1250000, 4}}),
                                                layer(1, {{4000003, 0}, {2000001, 2}, {1000000, 3}})};
  const TypePlan plan = choose_types(layers, 6500200);
  EXPECT_LE(plan.cost, 6500200);
  EXPECT_EQ(plan.chosen, (std::vector<std::size_t>{1, 0}));
}

TEST(ChooseTypes, NamesTheNearestBudgetThatCanBeMet) {
  const std::vector<LayerSensitivity> layers = {layer(0, {{100, 0}, {50, 1}, {25, 2}}),
                                                layer(1, {{40, 0}, {20, 1}, {10, 2}})};
  EXPECT_EQ(test::error_text([&] { choose_types(layers, 34); }),
            "invalid: [mixed precision] wanted weights within 34, got 35 at the least: that is the nearest budget that "
            "can be met");
  EXPECT_EQ(choose_types(layers, 35).cost, 35);
}

TEST(Sensitivities, AreOfEachLayerWithWeightsAndRiseAsBitsFall) {
  test::SickNetwork network(0);
  const quant::Draft draft = network.draft();
  const auto layers = sensitivities(draft, network.clips(), kTypes, stored_bytes(draft));
  ASSERT_EQ(layers.size(), 4U);
  EXPECT_EQ(layers[0].name, "conv");
  for (const LayerSensitivity& one : layers) {
    ASSERT_EQ(one.choices.size(), 3U);
    EXPECT_LT(one.choices[0].effect.divergence, one.choices[2].effect.divergence) << one.name;
    EXPECT_EQ(one.choices[0].cost, one.weights);
    EXPECT_LT(one.choices[1].cost, one.weights);
  }
}

TEST(Sensitivities, BecomeTypesThatQuantizeTakes) {
  test::SickNetwork network(0);
  quant::Draft draft = network.draft();
  const auto layers = sensitivities(draft, network.clips(), kTypes, stored_bytes(draft));
  const std::int64_t half = (choose_types(layers, 1000000).cost + cheapest_plan(layers).cost) / 2;
  const TypePlan plan = choose_types(layers, half);
  draft.settings.weights = weight_types(layers, plan, draft.graph.nodes.size());
  const graph::Graph int8_graph = quantize(draft);
  std::int64_t bytes = 0;
  for (const LayerSensitivity& one : layers)
    bytes += int8_graph.tensor(int8_graph.nodes[static_cast<std::size_t>(one.node)].inputs[1]).stored_bytes();
  EXPECT_EQ(bytes, plan.cost);
  EXPECT_LE(bytes, half);
}

TEST(Sensitivities, WantTypes) {
  test::SickNetwork network(0);
  const quant::Draft draft = network.draft();
  EXPECT_EQ(test::error_text([&] { sensitivities(draft, network.clips(), {}, stored_bytes(draft)); }),
            "invalid: [mixed precision] wanted types to choose from, got none");
}

}  // namespace
}  // namespace mote::doctor
