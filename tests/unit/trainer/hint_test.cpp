#include "mote/trainer/hint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "error_text.h"
#include "hook_runs.h"
#include "mote/graph/text.h"
#include "program.h"

namespace mote::trainer {
namespace {

using mote::test::error_text;
using test::short_settings;
using test::short_start;
using ::testing::HasSubstr;

graph::Graph teacher() {
  return initialize(test::small_conv_net(3), 9);
}

HintSettings hint(double weight = 1.0) {
  return {"conv.relu", "dw.relu", weight};
}

TrainResult train_hinted(int threads = 2, std::int32_t epochs = 4, const std::filesystem::path& checkpoint = {},
                         int fail_at_fill = -1) {
  ThreadPool pool(threads);
  test::SyntheticSource source(30, 3, 70, 30);
  source.fail_at_fill = fail_at_fill;
  TrainSettings settings = short_settings();
  settings.epochs = epochs;
  TrainIo io{pool, null_log(), checkpoint, "key"};
  io.hooks = {make_hint(teacher(), hint(5), pool)};
  return train(with_hint(short_start(), teacher(), hint(), 1), source, settings, io);
}

// One step of a program on a hinted graph: its loss, and its gradients.
struct Step {
  double loss = 0;
  std::vector<float> gradients;
};
Step step_of(Program& program, float weight) {
  Rng rng = Rng::derive(2, "step");
  std::vector<float> inputs(6 * 30), targets(6 * 3, 0.0F), values(6 * 240);
  for (float& value : inputs) value = static_cast<float>(rng.normal());
  for (float& value : values) value = static_cast<float>(rng.normal());
  for (std::size_t n = 0; n < 6; ++n) targets[3 * n + n % 3] = 1;
  const std::vector<float> weights{1, 2, 1, 0.5F, 1, 1};
  Batch batch{6, inputs, targets, weights, 0, 7};
  batch.hint = {values, weight};
  const double loss = program.step(batch).loss;
  return {loss, {program.gradients().begin(), program.gradients().end()}};
}

TEST(Hint, IsTheSameInBothPrograms) {
  ThreadPool pool(2);
  const graph::Graph graph = with_hint(short_start(), teacher(), hint(), 1);
  const auto fused = make_fused_program(graph, 6, pool);
  ASSERT_NE(fused, nullptr);
  const Step got = step_of(*fused, 2), wanted = step_of(*make_reference_program(graph, 6, pool), 2);
  EXPECT_NEAR(got.loss, wanted.loss, 1e-4);
  ASSERT_EQ(got.gradients.size(), wanted.gradients.size());
  for (std::size_t i = 0; i < got.gradients.size(); ++i) EXPECT_NEAR(got.gradients[i], wanted.gradients[i], 1e-4) << i;
}

TEST(Hint, AddsItsWeightTimesTheMeanSquareToTheLoss) {
  ThreadPool pool(1);
  const graph::Graph graph = with_hint(short_start(), teacher(), hint(), 1);
  const double without = step_of(*make_reference_program(graph, 6, pool), 0).loss;
  const double one = step_of(*make_reference_program(graph, 6, pool), 1).loss - without;
  EXPECT_GT(one, 0.5);
  EXPECT_NEAR(step_of(*make_reference_program(graph, 6, pool), 3).loss - without, 3 * one, 1e-4);
}

TEST(Hint, IsLearned) {
  const TrainResult result = train_hinted(2, 30);
  EXPECT_LT(result.history.back().train_loss, 0.5 * result.history.front().train_loss);
}

TEST(Hint, LeavesTheNetworkWithoutItsRegressor) {
  const graph::Graph plain = short_start();
  EXPECT_EQ(graph::print(without_hint(with_hint(plain, teacher(), hint(), 1))), graph::print(plain));
  const graph::Graph trained = without_hint(train_hinted().graph);
  EXPECT_EQ(trained.nodes.size(), plain.nodes.size());
  EXPECT_EQ(trained.outputs.size(), 1U);
}

TEST(Hint, GivesTheSameBytesOnAnyNumberOfThreadsAndKilledOrNot) {
  const std::string wanted = graph::print(train_hinted(1).graph);
  EXPECT_EQ(graph::print(train_hinted(4).graph), wanted);
  const auto checkpoint = std::filesystem::path(::testing::TempDir()) / "mote_hint.ckpt";
  std::filesystem::remove(checkpoint);
  EXPECT_THROW(train_hinted(2, 4, checkpoint, 9), std::runtime_error);
  EXPECT_EQ(graph::print(train_hinted(2, 4, checkpoint).graph), wanted);
  std::filesystem::remove(checkpoint);
}

TEST(Hint, ComparesVectorsByADenseRegressor) {
  const graph::Graph student = initialize(test::small_mlp(12, 4, 3), 1);
  const graph::Graph wide = initialize(test::small_mlp(12, 9, 3), 1);
  const graph::Graph hinted = with_hint(student, wide, {"relu", "relu", 1}, 1);
  EXPECT_EQ(hinted.tensor(hinted.outputs[1]).shape, (graph::Shape{1, 9}));
}

TEST(Hint, NamesTensorsThatAreNotThereOrDoNotMeet) {
  const auto error_of = [](const HintSettings& settings) {
    return error_text([&] { with_hint(short_start(), teacher(), settings, 1); });
  };
  EXPECT_THAT(error_of({"conv.rel", "dw", 1}),
              HasSubstr("hint_student wanted a layer of 'small', got 'conv.rel' (did you"));
  EXPECT_THAT(error_of({"conv", "dww", 1}), HasSubstr("hint_teacher wanted a layer of 'small', got 'dww' (did you"));
  EXPECT_EQ(error_of({"pool", "dw", 1}),
            "invalid: [distill] hint_student wanted a tensor of the height and width of 'dw' [1,6,5,8], got 'pool' "
            "[1,1,1,8]");
  EXPECT_EQ(error_of({"conv", "", 1}), "invalid: [distill] hint_student and hint_teacher go together, got one of them");
  EXPECT_EQ(error_of({"conv", "dw", 0}), "invalid: [distill] hint_weight must be > 0, got 0");
}

TEST(Hint, WantsAGraphThatIsMadeForIt) {
  ThreadPool pool(1);
  EXPECT_EQ(error_text([&] { test::train_with(make_hint(teacher(), hint(), pool)); }),
            "invalid: [distill] wanted a student made by with_hint(), got one without a second output that fits the "
            "hint");
  const graph::Graph other = initialize(test::small_mlp(12, 9, 3), 1);
  EXPECT_THAT(error_text([&] {
                test::train_with(make_hint(other, {"conv", "relu", 1}, pool));
              }),
              HasSubstr("wanted a teacher of inputs of 30 values, as the student has, got 12"));
}

}  // namespace
}  // namespace mote::trainer
