#include "mote/trainer/train.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/graph/text.h"
#include "mote/trainer/initialize.h"
#include "synthetic_source.h"

namespace mote::trainer {
namespace {

namespace fs = std::filesystem;
using test::SyntheticSource;
using ::testing::AllOf;
using ::testing::HasSubstr;

class NotingLog final : public LogSink {
 public:
  void message(LogLevel, std::string_view text) override { messages += std::string(text) + "\n"; }
  void progress(const Progress& progress) override {
    last_done = progress.done;
    total = progress.total;
    if (!progress.note.empty()) note = progress.note;
  }
  std::string messages, note;
  std::int64_t last_done = 0, total = 0;
};

class Train : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) /
              (std::string("mote_train_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path checkpoint() const { return folder_ / "train.ckpt"; }

  // Everything that has a state is switched on.
  static TrainSettings rich_settings() {
    TrainSettings settings;
    settings.epochs = 4;
    settings.batch = 16;
    settings.learning_rate = 0.01;
    settings.mixup_alpha = 0.3;
    settings.label_smoothing = 0.1;
    settings.class_weights = ClassWeights::kBalanced;
    settings.ema_decay = 0.9;
    settings.gradient_clip_norm = 1.0;
    settings.weight_decay = 1e-3;
    settings.checkpoint_every_steps = 3;
    settings.seed = 11;
    return settings;
  }

  static std::string error_of(const std::function<void()>& body) {
    try {
      body();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  fs::path folder_;
  ThreadPool pool_{2};
  NotingLog log_;
};

TEST_F(Train, LearnsASeparableProblemWithAnMlp) {
  SyntheticSource source(12, 4, 400, 200, 0.8);
  TrainSettings settings;
  settings.epochs = 8;
  settings.batch = 20;
  settings.learning_rate = 0.01;
  const auto result = train(initialize(test::small_mlp(12, 16, 4), 1), source, settings, {pool_, log_});
  EXPECT_GT(result.history[static_cast<std::size_t>(result.best_epoch)].validation_accuracy, 0.95);
  EXPECT_EQ(result.history.size(), 8U);
  EXPECT_EQ(log_.last_done, log_.total);
  EXPECT_THAT(log_.note, AllOf(HasSubstr("loss"), HasSubstr("val")));
}

TEST_F(Train, LearnsASeparableProblemWithAConvolutionalNetwork) {
  SyntheticSource source(30, 3, 300, 150, 0.4);
  TrainSettings settings;
  settings.epochs = 12;
  settings.batch = 20;
  settings.learning_rate = 0.02;
  const auto result = train(initialize(test::small_conv_net(3), 1), source, settings, {pool_, log_});
  EXPECT_GT(result.history[static_cast<std::size_t>(result.best_epoch)].validation_accuracy, 0.95);
}

TEST_F(Train, GivesTheSameBytesOnAnyNumberOfThreads) {
  std::string first;
  for (int threads : {1, 2, 4}) {
    SyntheticSource source(30, 3, 70, 30);
    ThreadPool pool(threads);
    const auto result = train(initialize(test::small_conv_net(3), 1), source, rich_settings(), {pool, log_});
    const std::string text = graph::print(result.graph);
    if (first.empty()) first = text;
    EXPECT_EQ(text, first) << threads << " threads";
  }
}

TEST_F(Train, EndsInTheSameBytesAfterBeingKilledAtAnyStep) {
  const auto graph = initialize(test::small_conv_net(3), 1);
  for (auto optimizer : {OptimizerKind::kNesterov, OptimizerKind::kAdamW}) {
    TrainSettings settings = rich_settings();
    settings.optimizer = optimizer;
    SyntheticSource undisturbed(30, 3, 70, 30);
    const auto wanted = train(graph, undisturbed, settings, {pool_, log_});
    fs::remove(checkpoint());
    for (int killed_at : {3, 5, 8, 6}) {
      SyntheticSource source(30, 3, 70, 30);
      source.fail_at_fill = killed_at;
      const TrainIo io{pool_, log_, checkpoint(), "key"};
      EXPECT_THROW(train(graph, source, settings, io), std::runtime_error);
    }
    ThreadPool other(3);
    SyntheticSource source(30, 3, 70, 30);
    const auto result = train(graph, source, settings, {other, log_, checkpoint(), "key"});
    EXPECT_LT(source.fills, undisturbed.fills);
    EXPECT_EQ(graph::print(result.graph), graph::print(wanted.graph));
    EXPECT_EQ(result.best_epoch, wanted.best_epoch);
  }
}

TEST_F(Train, StopsWhenAskedAndGoesOnFromThatStep) {
  const auto graph = initialize(test::small_conv_net(3), 1);
  SyntheticSource source(30, 3, 70, 30);
  const auto wanted = train(graph, source, rich_settings(), {pool_, log_});
  std::atomic<bool> stop = false;
  TrainIo io{pool_, log_, checkpoint(), "key"};
  io.stop = &stop;
  io.on_epoch = [&](const EpochRecord& record) { stop = record.epoch == 1; };
  try {
    train(graph, source, rich_settings(), io);
    FAIL() << "was not stopped";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInterrupted);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("epoch 3 of 4"), HasSubstr("run again")));
  }
  stop = false;
  std::vector<std::int32_t> epochs;
  io.on_epoch = [&](const EpochRecord& record) { epochs.push_back(record.epoch); };
  const auto result = train(graph, source, rich_settings(), io);
  EXPECT_EQ(graph::print(result.graph), graph::print(wanted.graph));
  EXPECT_EQ(epochs, (std::vector<std::int32_t>{0, 1, 2, 3}));
  EXPECT_THAT(log_.messages, HasSubstr("goes on from its checkpoint: epoch 3 of 4"));
}

TEST_F(Train, DoesNoStepWhenItsCheckpointIsFinished) {
  const auto graph = initialize(test::small_mlp(12, 8, 3), 1);
  SyntheticSource source(12, 3, 60, 30);
  const TrainIo io{pool_, log_, checkpoint(), "key"};
  const auto first = train(graph, source, rich_settings(), io);
  const int fills = source.fills;
  const auto second = train(graph, source, rich_settings(), io);
  EXPECT_EQ(source.fills, fills);
  EXPECT_EQ(graph::print(second.graph), graph::print(first.graph));
}

TEST_F(Train, IgnoresACheckpointOfAnotherKeyAndSaysSo) {
  const auto graph = initialize(test::small_mlp(12, 8, 3), 1);
  SyntheticSource source(12, 3, 60, 30);
  train(graph, source, rich_settings(), {pool_, log_, checkpoint(), "key"});
  const int fills = source.fills;
  train(graph, source, rich_settings(), {pool_, log_, checkpoint(), "other key"});
  EXPECT_EQ(source.fills, 2 * fills);
  EXPECT_THAT(log_.messages, HasSubstr("other settings or data"));
}

TEST_F(Train, RefusesACutCheckpoint) {
  const auto graph = initialize(test::small_mlp(12, 8, 3), 1);
  SyntheticSource source(12, 3, 60, 30);
  const TrainIo io{pool_, log_, checkpoint(), "key"};
  train(graph, source, rich_settings(), io);
  fs::resize_file(checkpoint(), fs::file_size(checkpoint()) / 2);
  EXPECT_THAT(error_of([&] { train(graph, source, rich_settings(), io); }),
              AllOf(HasSubstr(checkpoint().string()), HasSubstr("cut or damaged"), HasSubstr("delete it")));
}

TEST_F(Train, RefusesACheckpointOfAnotherNetworkUnderTheSameKey) {
  SyntheticSource source(12, 3, 60, 30);
  const TrainIo io{pool_, log_, checkpoint(), "key"};
  train(initialize(test::small_mlp(12, 8, 3), 1), source, rich_settings(), io);
  const auto other = initialize(test::small_mlp(12, 9, 3), 1);
  EXPECT_THAT(error_of([&] { train(other, source, rich_settings(), io); }), HasSubstr("delete it"));
}

TEST_F(Train, LosesPatienceAndKeepsTheBestEpoch) {
  SyntheticSource source(12, 3, 60, 60, 0.3);
  TrainSettings settings;
  settings.epochs = 50;
  settings.optimizer = OptimizerKind::kSgd;
  settings.schedule = Schedule::kConstant;
  settings.learning_rate = 2.0;
  settings.patience_epochs = 3;
  const auto result = train(initialize(test::small_mlp(12, 8, 3), 1), source, settings, {pool_, log_});
  EXPECT_EQ(result.ending, Ending::kOutOfPatience);
  EXPECT_LT(result.history.size(), 50U);
  EXPECT_EQ(result.best_epoch + 4, static_cast<std::int32_t>(result.history.size()));
  EXPECT_EQ(log_.last_done, log_.total);
}

TEST_F(Train, KeepsTheLastEpochWithoutAValidationSet) {
  SyntheticSource source(12, 3, 60, 0);
  TrainSettings settings;
  settings.epochs = 3;
  settings.select = Select::kLast;
  const auto result = train(initialize(test::small_mlp(12, 8, 3), 1), source, settings, {pool_, log_});
  EXPECT_EQ(result.best_epoch, 2);
}

TEST_F(Train, WantsAValidationSetToChooseTheBest) {
  SyntheticSource source(12, 3, 60, 0);
  const auto graph = initialize(test::small_mlp(12, 8, 3), 1);
  TrainSettings settings;
  EXPECT_THAT(error_of([&] { train(graph, source, settings, {pool_, log_}); }), HasSubstr("select = last"));
  settings.select = Select::kLast;
  settings.patience_epochs = 2;
  EXPECT_THAT(error_of([&] { train(graph, source, settings, {pool_, log_}); }), HasSubstr("patience_epochs wanted"));
}

TEST_F(Train, RefusesASourceThatDoesNotFitTheNetwork) {
  const auto graph = initialize(test::small_mlp(12, 8, 3), 1);
  SyntheticSource wide(13, 3, 60, 10);
  EXPECT_THAT(error_of([&] { train(graph, wide, {}, {pool_, log_}); }), HasSubstr("samples of 12 values"));
  SyntheticSource many(12, 4, 60, 10);
  EXPECT_THAT(error_of([&] {
                train(graph, many, {}, {pool_, log_});
              }),
              HasSubstr("wanted 3 classes, as the network has outputs, got 4"));
  SyntheticSource empty(12, 3, 0, 10);
  EXPECT_THAT(error_of([&] { train(graph, empty, {}, {pool_, log_}); }), HasSubstr("wanted training samples"));
}

TEST_F(Train, RefusesALabelOutOfRange) {
  const auto graph = initialize(test::small_mlp(12, 8, 3), 1);
  SyntheticSource source(12, 3, 60, 10);
  source.label_offset = 1;
  EXPECT_THAT(error_of([&] { train(graph, source, {}, {pool_, log_}); }), HasSubstr("labels in 0..2, got 3"));
}

TEST_F(Train, NamesTheStepWhereTheLossIsNotFinite) {
  const auto graph = initialize(test::small_mlp(12, 8, 3), 1);
  SyntheticSource source(12, 3, 60, 10);
  TrainSettings settings;
  settings.optimizer = OptimizerKind::kSgd;
  settings.schedule = Schedule::kConstant;
  settings.learning_rate = 1e30;
  settings.batch = 10;
  EXPECT_THAT(error_of([&] {
                train(graph, source, settings, {pool_, log_});
              }),
              AllOf(HasSubstr("in epoch 1, step 2"), HasSubstr("lower learning_rate")));
}

TEST_F(Train, NoticesFeaturesThatAreNotNumbers) {
  const auto graph = initialize(test::small_mlp(12, 8, 3), 1);
  SyntheticSource source(12, 3, 60, 10, std::nan(""));
  EXPECT_THAT(error_of([&] {
                train(graph, source, {}, {pool_, log_});
              }),
              AllOf(HasSubstr("in epoch 1"), HasSubstr("check the features for nan")));
}

TEST_F(Train, RefusesANetworkWithoutAFinalSoftmax) {
  graph::GraphBuilder b("bare");
  const auto x = b.input("x", {1, 12});
  b.output(b.node("y", graph::Dense{}, {x, b.weight("w", {3, 12})}));
  SyntheticSource source(12, 3, 60, 10);
  const auto graph = initialize(b.build(), 1);
  EXPECT_THAT(error_of([&] { train(graph, source, {}, {pool_, log_}); }), HasSubstr("softmax"));
}

TEST_F(Train, RefusesWeightsWithoutValues) {
  SyntheticSource source(12, 3, 60, 10);
  EXPECT_THAT(error_of([&] {
                train(test::small_mlp(12, 8, 3), source, {}, {pool_, log_});
              }),
              HasSubstr("'hidden.w' has no values"));
}

TEST_F(Train, ReportsACheckpointThatCannotBeWritten) {
  SyntheticSource source(12, 3, 60, 10);
  std::ofstream(folder_ / "file") << "in the way";
  const auto graph = initialize(test::small_mlp(12, 8, 3), 1);
  const TrainIo io{pool_, log_, folder_ / "file" / "train.ckpt", "key"};
  EXPECT_THROW(train(graph, source, {}, io), Error);
}

}  // namespace
}  // namespace mote::trainer
