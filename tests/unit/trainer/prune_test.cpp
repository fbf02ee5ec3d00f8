#include "mote/trainer/prune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "error_text.h"
#include "hook_runs.h"
#include "mote/graph/text.h"

namespace mote::trainer {
namespace {

using mote::test::error_text;
using test::short_settings;
using test::train_with;
using ::testing::HasSubstr;

PruneSettings half() {
  PruneSettings settings;
  settings.sparsity = 0.5;
  settings.every_steps = 2;
  return settings;
}

// Layer → share of zeros.
std::map<std::string, double> zeros(const graph::Graph& graph) {
  std::map<std::string, double> result;
  for (const LayerSparsity& layer : layer_sparsity(graph)) {
    result[layer.layer] = static_cast<double>(layer.zeros) / static_cast<double>(layer.weights);
  }
  return result;
}

double all_zeros(const graph::Graph& graph) {
  double zeros = 0, weights = 0;
  for (const LayerSparsity& layer : layer_sparsity(graph)) {
    zeros += static_cast<double>(layer.zeros);
    weights += static_cast<double>(layer.weights);
  }
  return zeros / weights;
}

std::string begin_error(const PruneSettings& settings) {
  return error_text([&] { train_with(make_pruning(settings)); });
}

TEST(Prune, ReachesTheShareOfZerosOverAllLayers) {
  EXPECT_NEAR(all_zeros(train_with(make_pruning(half())).graph), 0.5, 0.01);
}

TEST(Prune, ReachesTheShareOfZerosInEachLayer) {
  PruneSettings settings = half();
  settings.scope = PruneScope::kLayer;
  for (const auto& [layer, share] : zeros(train_with(make_pruning(settings)).graph))
    EXPECT_NEAR(share, 0.5, 0.05) << layer;
}

TEST(Prune, HoldsTheZerosInTheAveragedWeightsThatAreKept) {
  TrainSettings averaged = short_settings();
  averaged.ema_decay = 0.999;
  EXPECT_NEAR(all_zeros(train_with(make_pruning(half()), 2, averaged).graph), 0.5, 0.01);
}

TEST(Prune, ByMovementReachesTheShareOfZerosToo) {
  PruneSettings settings = half();
  settings.criterion = PruneCriterion::kMovement;
  EXPECT_NEAR(all_zeros(train_with(make_pruning(settings)).graph), 0.5, 0.01);
}

TEST(Prune, ByMovementKeepsOtherWeightsThanByMagnitude) {
  PruneSettings settings = half();
  const std::string by_magnitude = graph::print(train_with(make_pruning(settings)).graph);
  settings.criterion = PruneCriterion::kMovement;
  EXPECT_NE(graph::print(train_with(make_pruning(settings)).graph), by_magnitude);
}

TEST(Prune, LeavesTwoOfFourNeighboursAlongInputChannels) {
  PruneSettings settings;
  settings.group = 4;
  settings.group_keeps = 2;
  const auto trained = train_with(make_pruning(settings)).graph;
  for (const graph::Tensor& tensor : trained.tensors) {
    if (tensor.name != "dense.w") continue;
    const auto weights = graph::values<float>(tensor);
    for (std::size_t i = 0; i < weights.size(); i += 4) {
      EXPECT_EQ(std::count(weights.begin() + static_cast<std::ptrdiff_t>(i),
                           weights.begin() + static_cast<std::ptrdiff_t>(i + 4), 0.0F),
                2)
          << i;
    }
  }
  EXPECT_EQ(zeros(trained)["dense"], 0.5);
  EXPECT_EQ(zeros(trained)["conv"], 0) << "one input channel is no group of four";
  EXPECT_EQ(zeros(trained)["dw"], 0) << "a depthwise filter has one input channel";
}

TEST(Prune, LeavesTheLayersAloneThatTheSettingsKeep) {
  PruneSettings settings = half();
  settings.keep_first = true;
  settings.keep_last = true;
  auto shares = zeros(train_with(make_pruning(settings)).graph);
  EXPECT_EQ(shares["conv"], 0);
  EXPECT_EQ(shares["dense"], 0);
  EXPECT_NEAR(shares["dw"], 0.5, 0.02);
  settings = half();
  settings.keep_layers = {"dw"};
  EXPECT_EQ(zeros(train_with(make_pruning(settings)).graph)["dw"], 0);
}

TEST(Prune, LeavesNoLayerWithMoreZerosThanTheLimit) {
  PruneSettings settings = half();
  settings.sparsity = 0.7;
  settings.layer_limit = 0.75;
  for (const auto& [layer, share] : zeros(train_with(make_pruning(settings)).graph)) EXPECT_LE(share, 0.75) << layer;
}

TEST(Prune, KeepsOnlyAnEpochThatHasAllItsZeros) {
  PruneSettings settings = half();
  settings.end_epoch = 3;
  EXPECT_EQ(train_with(make_pruning(settings)).best_epoch, 3);
}

TEST(Prune, GivesTheSameBytesOnAnyNumberOfThreads) {
  const std::string one = graph::print(train_with(make_pruning(half()), 1).graph);
  EXPECT_EQ(graph::print(train_with(make_pruning(half()), 4).graph), one);
}

TEST(Prune, EndsInTheSameBytesAfterBeingKilled) {
  for (auto criterion : {PruneCriterion::kMagnitude, PruneCriterion::kMovement}) {
    PruneSettings settings = half();
    settings.criterion = criterion;
    const auto make = [&] { return make_pruning(settings); };
    const auto checkpoint = std::filesystem::path(::testing::TempDir()) / "mote_prune.ckpt";
    EXPECT_EQ(graph::print(test::train_killed(make, checkpoint).graph), graph::print(train_with(make()).graph));
  }
}

TEST(Prune, TurnsDownAScheduleThatEndsWithTheTraining) {
  PruneSettings settings = half();
  settings.end_epoch = 4;
  EXPECT_EQ(begin_error(settings), "invalid: [prune] end_epoch must be before the last epoch ends (4), got 4");
  settings.end_epoch = 2;
  settings.begin_epoch = 2.5;
  EXPECT_EQ(begin_error(settings), "invalid: [prune] begin_epoch must be at most end_epoch (2), got 2.5");
}

TEST(Prune, NamesALayerThatIsNotThere) {
  PruneSettings settings = half();
  settings.keep_layers = {"dens"};
  EXPECT_THAT(begin_error(settings), HasSubstr("wanted a layer with weights, got 'dens' (did you mean 'dense'?)"));
}

TEST(Prune, SaysWhenThereIsNothingToPrune) {
  PruneSettings settings = half();
  settings.keep_layers = {"conv", "dw", "dense"};
  EXPECT_THAT(begin_error(settings), HasSubstr("wanted a layer to prune, got none"));
  settings = {};
  settings.group = 16;
  settings.group_keeps = 4;
  EXPECT_EQ(begin_error(settings),
            "invalid: [prune] wanted a layer of at least 16 input channels for 4:16 sparsity, got none");
}

TEST(PruneSettings, NameTheirRanges) {
  const auto error_of = [](auto&& change) {
    PruneSettings settings;
    change(settings);
    return error_text([&] { settings.validate(); });
  };
  EXPECT_EQ(error_of([](auto& s) { s.sparsity = 1.2; }), "invalid: [prune] sparsity must be in (0, 1), got 1.2");
  EXPECT_EQ(error_of([](auto& s) { s.sparsity = 0.97; }),
            "invalid: [prune] sparsity must be at most layer_limit (0.95), got 0.97");
  EXPECT_EQ(error_of([](auto& s) { s.initial_sparsity = 0.8; }),
            "invalid: [prune] initial_sparsity must be in [0, sparsity), got 0.8");
  EXPECT_EQ(error_of([](auto& s) { s.layer_limit = 1; }), "invalid: [prune] layer_limit must be in (0, 1), got 1");
  EXPECT_EQ(error_of([](auto& s) { s.group = 1; }), "invalid: [prune] group must be 0, or in 2..64, got 1");
  EXPECT_EQ(error_of([](auto& s) { s.group = 4; }), "invalid: [prune] group_keeps must be in 1..3, got 0");
  EXPECT_EQ(error_of([](auto& s) { s.group_keeps = 2; }),
            "invalid: [prune] group_keeps must be 0 without group, got 2");
  EXPECT_EQ(error_of([](auto& s) { s.every_steps = 0; }), "invalid: [prune] every_steps must be >= 1, got 0");
  EXPECT_EQ(error_of([](auto& s) { s.begin_epoch = -1; }), "invalid: [prune] begin_epoch must be >= 0, got -1");
  EXPECT_EQ(error_of([](auto& s) { s.end_epoch = std::nan(""); }), "invalid: [prune] end_epoch must be >= 0, got nan");
}

TEST(HoldZeros, KeepsTheZerosOfTheStart) {
  const graph::Graph pruned = train_with(make_pruning(half())).graph;
  ThreadPool pool(2);
  test::SyntheticSource source(30, 3, 70, 30);
  TrainIo io{pool};
  io.hooks = {hold_zeros()};
  const graph::Graph after = train(pruned, source, short_settings(), io).graph;
  EXPECT_EQ(zeros(after), zeros(pruned));
  EXPECT_NE(graph::print(after), graph::print(pruned)) << "the other weights are trained";
}

}  // namespace
}  // namespace mote::trainer
