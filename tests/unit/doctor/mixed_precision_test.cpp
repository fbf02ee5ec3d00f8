#include "mote/doctor/mixed_precision.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "sick_network.h"

namespace mote::doctor {
namespace {

using quant::WeightType;

const std::vector<WeightType> kTypes = {WeightType::kInt8, WeightType::kInt4, WeightType::kTernary};

// What a layer has with each type: bytes, instructions, divergence.
struct Share {
  std::int64_t bytes = 0;
  std::int64_t instructions = 0;
  double divergence = 0;
};

// A table whose first choices are int8. What a layer costs with a type is the network's cost with that type alone.
TypeTable table_of(const std::vector<std::vector<Share>>& layers) {
  TypeTable table;
  table.nodes = layers.size();
  for (const std::vector<Share>& shares : layers) {
    table.int8.weight_bytes += shares[0].bytes;
    table.int8.instructions += shares[0].instructions;
  }
  for (const std::vector<Share>& shares : layers) {
    LayerSensitivity layer{static_cast<std::int32_t>(table.layers.size()), "layer", 0, {}};
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const NetworkCost cost{table.int8.weight_bytes + shares[i].bytes - shares[0].bytes, 0,
                             table.int8.instructions + shares[i].instructions - shares[0].instructions};
      layer.choices.push_back({kTypes[i], shares[i].bytes, cost, {0, shares[i].divergence}});
    }
    table.layers.push_back(std::move(layer));
  }
  return table;
}

// The cost of types as the sum of what the layers of `table` add, and `together` more of each for a type other than
// int8 behind another one.
CostOfTypes sum_cost(const TypeTable& table, std::int64_t together = 0) {
  return [&table, together](const std::vector<WeightType>& types) {
    NetworkCost cost = table.int8;
    for (std::size_t i = 0; i < types.size(); ++i) {
      for (const TypeChoice& choice : table.layers[i].choices) {
        if (choice.type != types[i]) continue;
        cost.weight_bytes += choice.cost.weight_bytes - table.int8.weight_bytes;
        cost.arena_bytes = std::max(cost.arena_bytes, choice.cost.arena_bytes);
        cost.instructions += choice.cost.instructions - table.int8.instructions;
      }
      const bool pair = i > 0 && types[i] != WeightType::kInt8 && types[i - 1] != WeightType::kInt8;
      if (pair) cost.instructions += together;
    }
    return cost;
  };
}

// The least divergence within the budgets, by trying everything.
double by_force(const TypeTable& table, std::int64_t bytes, std::int64_t instructions, std::size_t from = 0) {
  if (from == table.layers.size()) return bytes >= 0 && instructions >= 0 ? 0.0 : 1e9;
  double least = 1e9;
  const LayerSensitivity& layer = table.layers[from];
  for (const TypeChoice& choice : layer.choices) {
    const std::int64_t more = choice.cost.instructions - table.int8.instructions;
    least = std::min(least,
                     choice.effect.divergence + by_force(table, bytes - choice.bytes, instructions - more, from + 1));
  }
  return least;
}

std::int64_t least_bytes(const TypeTable& table) {
  std::int64_t sum = 0;
  for (const LayerSensitivity& layer : table.layers) sum += layer.choices.back().bytes;
  return sum;
}

// Six layers whose bytes halve and whose instructions grow from type to type.
TypeTable drawn_table() {
  Rng rng = Rng::derive(1, "types");
  std::vector<std::vector<Share>> layers;
  for (int i = 0; i < 6; ++i) {
    const auto size = static_cast<std::int64_t>(rng.uniform(8, 400));
    const auto work = static_cast<std::int64_t>(rng.uniform(100, 900));
    layers.push_back({{size, work, rng.uniform(0, 0.1)},
                      {size / 2, 2 * work, rng.uniform(0, 1)},
                      {size / 4, work + work / 2, rng.uniform(0, 3)}});
  }
  return table_of(layers);
}

TEST(ChooseTypes, FindsTheBestPlanWithinEveryBudgetOfWeights) {
  const TypeTable table = drawn_table();
  const std::int64_t least = least_bytes(table);
  for (std::int64_t budget = least; budget < 4 * least; budget += least / 7) {
    const TypePlan plan = choose_types(table, {.weight_bytes = budget}, sum_cost(table));
    EXPECT_LE(plan.cost.weight_bytes, budget);
    EXPECT_NEAR(plan.divergence, by_force(table, budget, 1 << 20), 1e-12) << budget;
  }
}

TEST(ChooseTypes, FindsTheBestPlanWithinBudgetsOfWeightsAndInstructions) {
  const TypeTable table = drawn_table();
  const std::int64_t bytes = 2 * least_bytes(table), work = table.int8.instructions;
  double before = 1e9;
  for (std::int64_t budget = 2 * work; budget > work + work / 4; budget -= work / 16) {
    const TypePlan plan = choose_types(table, {.weight_bytes = bytes, .instructions = budget}, sum_cost(table));
    EXPECT_LE(plan.cost.weight_bytes, bytes);
    EXPECT_LE(plan.cost.instructions, budget);
    EXPECT_NEAR(plan.divergence, by_force(table, bytes, budget - work), 1e-12) << budget;
    before = std::min(before, plan.divergence);
  }
  EXPECT_LT(before, by_force(table, bytes, work / 4));
}

TEST(ChooseTypes, TakesNoTypeThatNeedsMoreArenaThanThereIs) {
  TypeTable table = table_of({{{100, 0, 0}, {50, 0, 1}, {25, 0, 2}}, {{40, 0, 0}, {20, 0, 1}, {10, 0, 2}}});
  table.layers[0].choices[2].cost.arena_bytes = 500;
  table.layers[1].choices[1].cost.arena_bytes = 500;
  const TypePlan plan = choose_types(table, {.weight_bytes = 70, .arena_bytes = 499}, sum_cost(table));
  EXPECT_EQ(plan.chosen, (std::vector<std::size_t>{1, 2}));
  for (TypeChoice& choice : table.layers[0].choices) choice.cost.arena_bytes = 600;
  EXPECT_EQ(test::error_text([&] { choose_types(table, {.arena_bytes = 499}, sum_cost(table)); }),
            "invalid: [mixed precision] wanted bytes of arena within 499, got 600 at the least: that is the nearest "
            "budget that can be met");
}

TEST(ChooseTypes, HoldsABudgetThatIsLargerThanItsSteps) {
  const TypeTable table = table_of(
      {{{5000001, 0, 0}, {2500000, 0, 1}, {1250000, 0, 4}}, {{4000003, 0, 0}, {2000001, 0, 2}, {1000000, 0, 3}}});
  const TypePlan plan = choose_types(table, {.weight_bytes = 6500200}, sum_cost(table));
  EXPECT_LE(plan.cost.weight_bytes, 6500200);
  EXPECT_EQ(plan.chosen, (std::vector<std::size_t>{1, 0}));
}

TEST(ChooseTypes, SearchesAgainWhereLayersTogetherCostMoreThanTheirSum) {
  const TypeTable table =
      table_of({{{100, 10, 0}, {50, 20, 1}}, {{100, 10, 0}, {50, 20, 1}}, {{100, 10, 0}, {50, 21, 1.5}}});
  const TypeBudget budget{.weight_bytes = 200, .instructions = 51};
  EXPECT_EQ(choose_types(table, budget, sum_cost(table)).chosen, (std::vector<std::size_t>{1, 1, 0}));
  EXPECT_EQ(test::error_text([&] { choose_types(table, budget, sum_cost(table, 2)); }),
            "invalid: [mixed precision] wanted instructions, with 200 bytes of weights, within 51, got 52 at the "
            "least: that is the nearest budget that can be met");
  const TypePlan alone = choose_types(table, {.instructions = 31}, sum_cost(table, 2));
  EXPECT_EQ(alone.chosen, (std::vector<std::size_t>{0, 0, 0}));
}

TEST(ChooseTypes, NamesTheNearestBudgetThatCanBeMet) {
  const TypeTable table = table_of({{{100, 7, 0}, {50, 5, 1}, {25, 9, 2}}, {{40, 7, 0}, {20, 9, 1}, {10, 9, 2}}});
  const auto error_of = [&](const TypeBudget& budget) {
    return test::error_text([&] { choose_types(table, budget, sum_cost(table)); });
  };
  EXPECT_EQ(error_of({.weight_bytes = 34}),
            "invalid: [mixed precision] wanted bytes of weights within 34, got 35 at the least: that is the nearest "
            "budget that can be met");
  EXPECT_EQ(choose_types(table, {.weight_bytes = 35}, sum_cost(table)).cost.weight_bytes, 35);
  EXPECT_EQ(error_of({.instructions = 11}),
            "invalid: [mixed precision] wanted instructions within 11, got 12 at the least: that is the nearest budget "
            "that can be met");
  EXPECT_EQ(error_of({.weight_bytes = 60, .instructions = 13}),
            "invalid: [mixed precision] wanted instructions, with 60 bytes of weights, within 13, got 14 at the least: "
            "that is the nearest budget that can be met");
  EXPECT_EQ(choose_types(table, {.weight_bytes = 60, .instructions = 14}, sum_cost(table)).cost.instructions, 14);
}

TEST(Sensitivities, AreOfEachLayerWithWeightsAndRiseAsBitsFall) {
  test::SickNetwork network(0);
  const quant::Draft draft = network.draft();
  const TypeTable table = sensitivities(draft, network.clips(), kTypes, stored_weights(draft));
  ASSERT_EQ(table.layers.size(), 4U);
  EXPECT_EQ(table.layers[0].name, "conv");
  for (const LayerSensitivity& one : table.layers) {
    ASSERT_EQ(one.choices.size(), 3U);
    EXPECT_LT(one.choices[0].effect.divergence, one.choices[2].effect.divergence) << one.name;
    EXPECT_EQ(one.choices[0].bytes, one.weights);
    EXPECT_LT(one.choices[1].bytes, one.weights);
    EXPECT_EQ(one.choices[1].cost.weight_bytes, table.int8.weight_bytes - one.weights + one.choices[1].bytes);
  }
}

TEST(Sensitivities, BecomeTypesThatQuantizeTakes) {
  test::SickNetwork network(0);
  quant::Draft draft = network.draft();
  const CostOfTypes cost = stored_weights(draft);
  const TypeTable table = sensitivities(draft, network.clips(), kTypes, cost);
  const std::int64_t half = (table.int8.weight_bytes + least_bytes(table)) / 2;
  const TypePlan plan = choose_types(table, {.weight_bytes = half}, cost);
  draft.settings.weights = weight_types(table, plan.chosen);
  const graph::Graph int8_graph = quantize(draft);
  std::int64_t bytes = 0;
  for (const LayerSensitivity& one : table.layers)
    bytes += int8_graph.tensor(int8_graph.nodes[static_cast<std::size_t>(one.node)].inputs[1]).stored_bytes();
  EXPECT_EQ(bytes, plan.cost.weight_bytes);
  EXPECT_LE(bytes, half);
}

TEST(Sensitivities, WantTypes) {
  test::SickNetwork network(0);
  const quant::Draft draft = network.draft();
  EXPECT_EQ(test::error_text([&] { sensitivities(draft, network.clips(), {}, stored_weights(draft)); }),
            "invalid: [mixed precision] wanted types to choose from, got none");
}

}  // namespace
}  // namespace mote::doctor
