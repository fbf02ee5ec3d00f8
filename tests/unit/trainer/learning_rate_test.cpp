#include "learning_rate.h"

#include <gtest/gtest.h>

namespace mote::trainer {
namespace {

TrainSettings with(Schedule schedule) {
  TrainSettings settings;
  settings.epochs = 10;
  settings.learning_rate = 1.0;
  settings.schedule = schedule;
  return settings;
}

constexpr std::int64_t kSteps = 10;  // an epoch

TEST(LearningRate, StaysWhenConstant) {
  EXPECT_EQ(learning_rate(with(Schedule::kConstant), 0, kSteps), 1.0);
  EXPECT_EQ(learning_rate(with(Schedule::kConstant), 99, kSteps), 1.0);
}

TEST(LearningRate, RisesDuringWarmup) {
  TrainSettings settings = with(Schedule::kConstant);
  settings.warmup_epochs = 0.9;
  EXPECT_NEAR(learning_rate(settings, 0, kSteps), 0.1, 1e-12);
  EXPECT_NEAR(learning_rate(settings, 4, kSteps), 0.5, 1e-12);
  EXPECT_EQ(learning_rate(settings, 9, kSteps), 1.0);
}

TEST(LearningRate, FallsAlongHalfACosine) {
  TrainSettings settings = with(Schedule::kCosine);
  settings.final_rate_share = 0.2;
  EXPECT_EQ(learning_rate(settings, 0, kSteps), 1.0);
  EXPECT_NEAR(learning_rate(settings, 50, kSteps), 0.6, 1e-12);
  EXPECT_NEAR(learning_rate(settings, 99, kSteps), 0.2, 1e-3);
}

TEST(LearningRate, DropsAtMilestones) {
  TrainSettings settings = with(Schedule::kStep);
  settings.milestones = {3, 6};
  settings.step_factor = 0.5;
  EXPECT_EQ(learning_rate(settings, 29, kSteps), 1.0);
  EXPECT_EQ(learning_rate(settings, 30, kSteps), 0.5);
  EXPECT_EQ(learning_rate(settings, 60, kSteps), 0.25);
}

TEST(LearningRate, RisesAndFallsInOneCycle) {
  const TrainSettings settings = with(Schedule::kOneCycle);
  EXPECT_NEAR(learning_rate(settings, 0, kSteps), 1.0 / 25, 1e-12);
  EXPECT_NEAR(learning_rate(settings, 30, kSteps), 1.0, 1e-3);
  EXPECT_NEAR(learning_rate(settings, 99, kSteps), 1.0 / 250000, 1e-12);
  for (std::int64_t step = 1; step < 100; ++step) {
    const bool rises = learning_rate(settings, step, kSteps) > learning_rate(settings, step - 1, kSteps);
    EXPECT_EQ(rises, step <= 30) << step;
  }
}

TEST(LearningRate, IsDefinedForATrainingOfOneStep) {
  TrainSettings settings = with(Schedule::kOneCycle);
  settings.epochs = 1;
  EXPECT_GT(learning_rate(settings, 0, 1), 0.0);
}

}  // namespace
}  // namespace mote::trainer
