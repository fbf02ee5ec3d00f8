#include "mote/trainer/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>
#include <string>

#include "mote/base/error.h"

namespace mote::trainer {
namespace {

using ::testing::HasSubstr;

TEST(TrainSettings, AreValidByDefault) {
  EXPECT_NO_THROW(TrainSettings{}.validate());
}

struct BadSetting {
  std::string message;
  std::function<void(TrainSettings&)> spoil;
};

class BadTrainSettings : public ::testing::TestWithParam<BadSetting> {};

TEST_P(BadTrainSettings, AreRefusedByName) {
  TrainSettings settings;
  GetParam().spoil(settings);
  try {
    settings.validate();
    FAIL() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalid);
    EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
  }
}

INSTANTIATE_TEST_SUITE_P(
    EachField, BadTrainSettings,
    ::testing::Values(BadSetting{"[train] epochs must be >= 1, got 0", [](auto& s) { s.epochs = 0; }},
                      BadSetting{"batch must be >= 1, got -1", [](auto& s) { s.batch = -1; }},
                      BadSetting{"learning_rate must be > 0, got 0", [](auto& s) { s.learning_rate = 0; }},
                      BadSetting{"learning_rate must be > 0, got nan",
                                 [](auto& s) { s.learning_rate = std::numeric_limits<double>::quiet_NaN(); }},
                      BadSetting{"momentum must be in [0, 1), got 1", [](auto& s) { s.momentum = 1; }},
                      BadSetting{"beta1", [](auto& s) { s.beta1 = -0.1; }},
                      BadSetting{"beta2", [](auto& s) { s.beta2 = 1; }},
                      BadSetting{"epsilon", [](auto& s) { s.epsilon = 0; }},
                      BadSetting{"weight_decay", [](auto& s) { s.weight_decay = -1; }},
                      BadSetting{"gradient_clip_norm", [](auto& s) { s.gradient_clip_norm = -1; }},
                      BadSetting{"warmup_epochs must be in [0, epochs), got 40", [](auto& s) { s.warmup_epochs = 40; }},
                      BadSetting{"one_cycle, which has its own rise",
                                 [](auto& s) {
                                   s.schedule = Schedule::kOneCycle;
                                   s.warmup_epochs = 1;
                                 }},
                      BadSetting{"final_rate_share", [](auto& s) { s.final_rate_share = 1.5; }},
                      BadSetting{"step_factor", [](auto& s) { s.step_factor = 0; }},
                      BadSetting{"one_cycle_rise_share", [](auto& s) { s.one_cycle_rise_share = 1; }},
                      BadSetting{"milestones must be ascending",
                                 [](auto& s) {
                                   s.milestones = {3, 3};
                                 }},
                      BadSetting{"milestones must be ascending and >= 1, got [0]", [](auto& s) { s.milestones = {0}; }},
                      BadSetting{"milestones must be given", [](auto& s) { s.schedule = Schedule::kStep; }},
                      BadSetting{"label_smoothing", [](auto& s) { s.label_smoothing = 1; }},
                      BadSetting{"mixup_alpha", [](auto& s) { s.mixup_alpha = -0.1; }},
                      BadSetting{"ema_decay", [](auto& s) { s.ema_decay = 1; }},
                      BadSetting{"patience_epochs", [](auto& s) { s.patience_epochs = -1; }},
                      BadSetting{"checkpoint_every_epochs", [](auto& s) { s.checkpoint_every_epochs = 0; }},
                      BadSetting{"checkpoint_every_steps", [](auto& s) { s.checkpoint_every_steps = -1; }}));

// As a recipe reader sets one key.
struct SetOptimizer {
  void operator()(std::string_view, OptimizerKind& value, std::string_view) const {
    value = enum_value<OptimizerKind>("adamw").value();
  }
  void operator()(std::string_view, auto&, std::string_view) const {}
};

TEST(TrainSettings, ListEachFieldOnceWithHelp) {
  TrainSettings settings;
  std::set<std::string_view> names;
  int visited = 0;
  visit_fields(settings, [&](std::string_view name, auto&, std::string_view help) {
    ++visited;
    names.insert(name);
    EXPECT_FALSE(help.empty()) << name;
  });
  EXPECT_EQ(visited, 24);
  EXPECT_EQ(names.size(), 24U);
  visit_fields(settings, SetOptimizer{});
  EXPECT_EQ(settings.optimizer, OptimizerKind::kAdamW);
}

}  // namespace
}  // namespace mote::trainer
