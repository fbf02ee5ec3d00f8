#include "mote/trainer/distill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "error_text.h"
#include "hook_runs.h"
#include "mote/graph/text.h"
#include "mote/trainer/float_runner.h"

namespace mote::trainer {
namespace {

using mote::test::error_text;
using test::short_settings;
using test::train_with;

// Knows the class by the count of questions alone; counts the samples it is asked about.
class CountingTeacher final : public Teacher {
 public:
  std::int64_t sample_elements() const override { return 30; }
  std::int32_t classes() const override { return 3; }
  void answer(std::span<const float> inputs, std::int64_t samples, std::span<float> probabilities) override {
    asked += samples;
    for (std::size_t n = 0; n < static_cast<std::size_t>(samples); ++n) {
      const bool high = inputs[n * 30] > 0;
      probabilities[3 * n] = high ? 0.7F : 0.1F;
      probabilities[3 * n + 1] = high ? 0.1F : 0.7F;
      probabilities[3 * n + 2] = 0.2F;
    }
  }
  std::int64_t asked = 0;
};

std::vector<graph::Graph> networks(std::initializer_list<std::uint64_t> seeds) {
  std::vector<graph::Graph> result;
  for (std::uint64_t seed : seeds) result.push_back(initialize(test::small_conv_net(3), seed));
  return result;
}

std::vector<float> some_inputs(std::int64_t samples) {
  std::vector<float> inputs(static_cast<std::size_t>(30 * samples));
  Rng rng = Rng::derive(3, "inputs");
  for (float& value : inputs) value = static_cast<float>(rng.normal());
  return inputs;
}

TEST(Distill, AsksTheTeacherOnceForEachSampleThatComesAgain) {
  const auto teacher = std::make_shared<CountingTeacher>();
  train_with(make_distillation(teacher, {}));
  EXPECT_EQ(teacher->asked, 70) << "of four epochs";
}

TEST(Distill, AsksAgainForWhatTheCacheHasNoRoomFor) {
  const auto teacher = std::make_shared<CountingTeacher>();
  DistillSettings settings;
  settings.cache_samples = 50;
  train_with(make_distillation(teacher, settings));
  EXPECT_EQ(teacher->asked, 50 + 4 * 20);
}

TEST(Distill, GivesTheSameBytesWithAndWithoutACache) {
  ThreadPool pool(2);
  const auto teacher = make_teacher(networks({5}), pool);
  DistillSettings settings;
  const std::string cached = graph::print(train_with(make_distillation(teacher, settings)).graph);
  settings.cache_samples = 0;
  EXPECT_EQ(graph::print(train_with(make_distillation(teacher, settings)).graph), cached);
}

TEST(Distill, BringsTheStudentToTheTeachersAnswers) {
  DistillSettings settings;
  settings.weight = 1;
  settings.temperature = 1;
  TrainSettings training = short_settings();
  training.epochs = 40;
  training.select = Select::kLast;
  const auto result = train_with(make_distillation(std::make_shared<CountingTeacher>(), settings), 2, training);
  EXPECT_LT(result.history.back().train_loss, 0.6 * result.history.front().train_loss);
}

TEST(Distill, GivesTheSameBytesOnAnyNumberOfThreads) {
  ThreadPool pool(3);
  const auto teacher = make_teacher(networks({5, 6}), pool);
  const std::string one = graph::print(train_with(make_distillation(teacher, {}), 1).graph);
  EXPECT_EQ(graph::print(train_with(make_distillation(teacher, {}), 4).graph), one);
}

TEST(Distill, EndsInTheSameBytesAfterBeingKilled) {
  ThreadPool pool(2);
  const auto teacher = make_teacher(networks({5}), pool);
  const auto make = [&] { return make_distillation(teacher, {}); };
  const auto checkpoint = std::filesystem::path(::testing::TempDir()) / "mote_distill.ckpt";
  EXPECT_EQ(graph::print(test::train_killed(make, checkpoint).graph), graph::print(train_with(make()).graph));
}

TEST(Distill, TurnsDownATeacherOfOtherInputsOrClasses) {
  ThreadPool pool(1);
  const auto other_inputs = make_teacher(std::vector{initialize(test::small_mlp(12, 4, 3), 1)}, pool);
  EXPECT_EQ(error_text([&] { train_with(make_distillation(other_inputs, {})); }),
            "invalid: [distill] wanted a teacher of inputs of 30 values, as the student has, got 12: train it on the "
            "same features");
  const auto other_classes = make_teacher(std::vector{initialize(test::small_conv_net(4), 1)}, pool);
  EXPECT_EQ(error_text([&] { train_with(make_distillation(other_classes, {})); }),
            "invalid: [distill] wanted a teacher of 3 classes, as the student has, got 4: train it on the same labels");
}

TEST(Teacher, AnswersAsItsNetworkDoes) {
  ThreadPool pool(2);
  const auto network = networks({5});
  std::vector<float> answers(150 * 3);
  make_teacher(network, pool)->answer(some_inputs(150), 150, answers);
  const std::vector<float> wanted = predict(network.front(), some_inputs(150), 150, pool);
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(answers[i], wanted[i], 1e-5) << i;
}

TEST(Teacher, AnswersAsTheMeanOfItsNetworks) {
  ThreadPool pool(2);
  const auto both = networks({5, 6});
  std::vector<float> first(30), second(30), mean(30);
  make_teacher(std::span(both).first(1), pool)->answer(some_inputs(10), 10, first);
  make_teacher(std::span(both).subspan(1), pool)->answer(some_inputs(10), 10, second);
  make_teacher(both, pool)->answer(some_inputs(10), 10, mean);
  for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_FLOAT_EQ(mean[i], (first[i] + second[i]) / 2) << i;
}

TEST(Teacher, TurnsDownNoNetworkAndNetworksThatDiffer) {
  ThreadPool pool(1);
  EXPECT_EQ(error_text([&] { make_teacher({}, pool); }),
            "invalid: [distill] wanted at least one network as teacher, got none");
  const std::vector<graph::Graph> differ{test::small_conv_net(3), test::small_conv_net(4)};
  EXPECT_EQ(error_text([&] { make_teacher(differ, pool); }),
            "invalid: [distill] wanted teachers of equal inputs and outputs, got [1,4] of 'small' beside [1,3]");
}

TEST(CheckTeacher, NamesTheFirstLabelOrFeatureThatDiffers) {
  const TrainedOn student{{"yes", "no"}, {"mel_count = 40"}};
  EXPECT_EQ(error_text([&] { check_teacher(student, student); }), "no error");
  EXPECT_EQ(error_text([&] {
              check_teacher({{"yes", "on"}, {"mel_count = 40"}}, student);
            }),
            "invalid: [distill] wanted a teacher of the student's labels: number 2 of the student is 'no', of the "
            "teacher 'on'");
  EXPECT_EQ(error_text([&] {
              check_teacher({{"yes", "no", "up"}, {"mel_count = 40"}}, student);
            }),
            "invalid: [distill] wanted a teacher of the student's labels: number 3 of the student is none, of the "
            "teacher 'up'");
  EXPECT_EQ(error_text([&] {
              check_teacher({{"yes", "no"}, {"mel_count = 32"}}, student);
            }),
            "invalid: [distill] wanted a teacher of the student's features: number 1 of the student is 'mel_count = "
            "40', of the teacher 'mel_count = 32'");
}

TEST(DistillSettings, NameTheirRanges) {
  const auto error_of = [](auto&& change) {
    DistillSettings settings;
    change(settings);
    return error_text([&] { settings.validate(); });
  };
  EXPECT_EQ(error_of([](auto& s) { s.temperature = 0; }), "invalid: [distill] temperature must be in (0, 100], got 0");
  EXPECT_EQ(error_of([](auto& s) { s.weight = 0; }), "invalid: [distill] weight must be in (0, 1], got 0");
  EXPECT_EQ(error_of([](auto& s) { s.cache_samples = -1; }),
            "invalid: [distill] cache_samples must be in 0..100000000, got -1");
}

}  // namespace
}  // namespace mote::trainer
