#include "optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "weight_average.h"

namespace mote::trainer {
namespace {

const std::vector<ParameterSlot> kSlots{{0, 0, 1, true}, {1, 1, 1, false}};

TrainSettings with(OptimizerKind kind) {
  TrainSettings settings;
  settings.optimizer = kind;
  settings.epsilon = 1e-3;
  return settings;
}

// Two steps of rate 0.1 with gradients 1 and 3 for both parameters, from 1.
std::vector<float> two_steps(const TrainSettings& settings) {
  const auto optimizer = make_optimizer(settings, kSlots);
  std::vector<float> parameters{1, 1};
  optimizer->step(0.1, 0, parameters, std::vector<float>{1, 1});
  optimizer->step(0.1, 1, parameters, std::vector<float>{3, 3});
  return parameters;
}

TEST(Sgd, MovesByItsVelocity) {
  // u = 1, then 0.9 + 3 = 3.9.
  EXPECT_NEAR(two_steps(with(OptimizerKind::kSgd))[1], 1 - 0.1 - 0.39, 1e-6);
}

TEST(Sgd, LooksAheadWithNesterov) {
  // 1 + 0.9·1 = 1.9, then 3 + 0.9·3.9 = 6.51.
  EXPECT_NEAR(two_steps(with(OptimizerKind::kNesterov))[1], 1 - 0.19 - 0.651, 1e-6);
}

TEST(Sgd, AddsWeightDecayToTheGradientOfWeightsOnly) {
  TrainSettings settings = with(OptimizerKind::kSgd);
  settings.weight_decay = 0.5;
  // p = 1: g = 1.5, p = 0.85; then g = 3.425, u = 0.9·1.5 + 3.425 = 4.775.
  const auto parameters = two_steps(settings);
  EXPECT_NEAR(parameters[0], 0.85 - 0.4775, 1e-6);
  EXPECT_NEAR(parameters[1], 0.51, 1e-6);
}

TEST(Adam, DividesByTheBiasOfItsMoments) {
  // Step 1: m̂ = 1, v̂ = 1. Step 2: m = 0.09 + 0.3 = 0.39, m̂ = 0.39/0.19; v = 0.000999 + 0.009 = 0.009999, v̂ =
  // v/0.001999.
  const double first = 1 - 0.1 / (1 + 1e-3);
  const double second = first - 0.1 * (0.39 / 0.19) / (std::sqrt(0.009999 / 0.001999) + 1e-3);
  EXPECT_NEAR(two_steps(with(OptimizerKind::kAdam))[1], second, 1e-6);
}

TEST(Adam, TakesWeightDecayThroughItsMoments) {
  TrainSettings settings = with(OptimizerKind::kAdam);
  settings.weight_decay = 0.5;
  const auto optimizer = make_optimizer(settings, kSlots);
  std::vector<float> parameters{1, 1};
  optimizer->step(0.1, 0, parameters, std::vector<float>{1, 1});
  EXPECT_NEAR(optimizer->state()[0], 0.1 * 1.5, 1e-6);
  EXPECT_NEAR(optimizer->state()[1], 0.1, 1e-6);
}

TEST(AdamW, ShrinksWeightsBesideTheStep) {
  TrainSettings settings = with(OptimizerKind::kAdamW);
  settings.weight_decay = 0.5;
  const auto optimizer = make_optimizer(settings, kSlots);
  std::vector<float> parameters{1, 1};
  optimizer->step(0.1, 0, parameters, std::vector<float>{1, 1});
  EXPECT_NEAR(parameters[0], 1 - 0.05 - 0.1 / 1.001, 1e-6);
  EXPECT_NEAR(parameters[1], 1 - 0.1 / 1.001, 1e-6);
}

TEST(ClipGradients, ScalesOnlyWhatIsTooLong) {
  std::vector<float> gradients{3, 4};
  EXPECT_DOUBLE_EQ(clip_gradients(gradients, 10.0), 5.0);
  EXPECT_EQ(gradients, (std::vector<float>{3, 4}));
  clip_gradients(gradients, 1.0);
  EXPECT_NEAR(gradients[0], 0.6, 1e-6);
  EXPECT_NEAR(gradients[1], 0.8, 1e-6);
}

TEST(WeightAverage, ForgetsItsStartAndThenDecays) {
  std::vector<float> average{0};
  update_average(average, std::vector<float>{1}, 0.99, 0);  // keeps 1/10
  EXPECT_NEAR(average[0], 0.9, 1e-6);
  update_average(average, std::vector<float>{0}, 0.99, 1000000);  // keeps 0.99
  EXPECT_NEAR(average[0], 0.891, 1e-6);
}

}  // namespace
}  // namespace mote::trainer
