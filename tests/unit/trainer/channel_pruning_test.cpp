#include "mote/trainer/channel_pruning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "channel_groups.h"
#include "error_text.h"
#include "hook_runs.h"
#include "mote/graph/text.h"
#include "mote/graph/zoo.h"
#include "mote/trainer/float_runner.h"

namespace mote::trainer {
namespace {

using mote::test::error_text;
using test::SyntheticSource;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ChannelPruningSettings by(ChannelImportance importance) {
  ChannelPruningSettings settings;
  settings.importance = importance;
  settings.multiple = 1;
  settings.least = 1;
  return settings;
}

TrainSettings short_training() {
  TrainSettings training;
  training.epochs = 2;
  training.batch = 16;
  return training;
}

graph::Graph zoo(const std::string& name, const graph::Shape& input = {1, 12, 8, 1}) {
  graph::ArchitectureSettings settings;
  settings.name = name;
  settings.width = name == "mobilenet-v1" ? 0.25 : 1.0;
  return initialize(graph::build_architecture(settings, input, 3), 1);
}

PrunedChannels prune(const graph::Graph& graph, const ChannelPruningSettings& settings, double share = 0.5,
                     const GraphCost& cost = {}) {
  ThreadPool pool(2);
  SyntheticSource source(graph.tensor(graph.inputs[0]).elements(), 3, 70, 30);
  return prune_channels(graph, source, settings, short_training(), share, cost, pool);
}

double macs(const graph::Graph& graph) {
  return static_cast<double>(graph::multiply_accumulates(graph));
}

std::int32_t channels(const graph::Graph& graph, std::string_view tensor) {
  for (const graph::Tensor& one : graph.tensors) {
    if (one.name == tensor) return one.shape.back();
  }
  return -1;
}

// Sets the weights of a channel of `layer` to almost nothing.
graph::Graph with_weak_channel(graph::Graph graph, std::string_view weights, std::size_t axis, std::int32_t channel) {
  for (graph::Tensor& tensor : graph.tensors) {
    if (tensor.name != weights) continue;
    const auto old = graph::values<float>(tensor);
    std::vector<float> values(old.begin(), old.end());
    std::size_t inner = 1;
    for (std::size_t i = axis + 1; i < tensor.shape.size(); ++i) inner *= static_cast<std::size_t>(tensor.shape[i]);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i / inner % static_cast<std::size_t>(tensor.shape[axis]) == static_cast<std::size_t>(channel))
        values[i] *= 1e-4F;
    }
    tensor.data = graph::make_buffer<float>(values);
  }
  return graph;
}

class EachArchitecture : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Zoo, EachArchitecture,
                         testing::Values("ds-cnn", "tc-resnet8", "mobilenet-v1", "resnet8", "mlp"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(EachArchitecture, IsRebuiltWithHalfTheMacs) {
  const graph::Graph whole = zoo(GetParam(), {1, 16, 16, 1});
  ChannelPruningSettings settings = by(ChannelImportance::kTaylor);
  settings.multiple = 4;
  const PrunedChannels pruned = prune(whole, settings);
  EXPECT_LE(macs(pruned.graph), 0.5 * macs(whole));
  EXPECT_GT(macs(pruned.graph), 0.35 * macs(whole));
  EXPECT_EQ(pruned.cost_before, macs(whole));
  EXPECT_EQ(pruned.cost_after, macs(pruned.graph));
  for (const PrunedGroup& group : pruned.groups) {
    EXPECT_TRUE(group.after == group.before || group.after % 4 == 0) << group.layer;
  }
}

TEST_P(EachArchitecture, ComputesTheSameWithoutChannelsThatAddNothing) {
  // Channels with zero weights all the way give zero behind a ReLU, whatever the layer after makes of it.
  const graph::Graph whole = zoo(GetParam());
  const auto groups = channel_groups(whole, {});
  std::vector<const ChannelUnit*> gone;
  for (const ChannelGroup& group : groups) gone.push_back(&group.units.back());
  graph::Graph silent = whole;
  for (const graph::Node& node : whole.nodes) {
    if (!std::holds_alternative<graph::BatchNorm>(node.op)) continue;
    std::vector<float> gammas(static_cast<std::size_t>(whole.tensor(node.inputs[1]).elements()), 1.0F);
    for (const ChannelUnit* unit : gone) {
      for (const Channel& channel : *unit) {
        if (channel.tensor == node.outputs[0]) gammas[static_cast<std::size_t>(channel.index)] = 0.0F;
      }
    }
    silent.tensor(node.inputs[1]).data = graph::make_buffer<float>(gammas);
  }
  std::vector<float> inputs(static_cast<std::size_t>(5 * whole.tensor(whole.inputs[0]).elements()));
  Rng rng = Rng::derive(1, "inputs");
  for (float& value : inputs) value = static_cast<float>(rng.normal());
  ThreadPool pool(2);
  const std::vector<float> wanted = predict(silent, inputs, 5, pool);
  const std::vector<float> got = predict(without_units(silent, gone), inputs, 5, pool);
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-5) << i;
}

TEST(ChannelGroups, AreOneThroughAddsAndDepthwiseLayers) {
  std::map<std::string, std::size_t> sizes;
  for (const ChannelGroup& group : channel_groups(zoo("resnet8"), {})) sizes[group.layer] = group.units.size();
  EXPECT_EQ(sizes["conv0"], 16U) << "with the second convolution of block 1";
  EXPECT_FALSE(sizes.contains("block1.conv2"));
  EXPECT_EQ(sizes["block2.shortcut"], 32U);
  EXPECT_FALSE(sizes.contains("block2.conv2"));
  sizes.clear();
  for (const ChannelGroup& group : channel_groups(zoo("ds-cnn"), {})) sizes[group.layer] = group.units.size();
  EXPECT_EQ(sizes["conv0"], 64U);
  EXPECT_FALSE(sizes.contains("dw1"));
  EXPECT_EQ(sizes.size(), 5U);
}

TEST(ChannelGroups, OfThePartsOfAConcatAreApart) {
  graph::GraphBuilder b("concat");
  const auto x = b.input("x", {1, 4, 4, 2});
  const auto left = b.layer("left", graph::Conv2d{}, {x}, {.filters = 3});
  const auto right = b.layer("right", graph::Conv2d{}, {x}, {.filters = 5});
  auto y = b.node("both", graph::Concat{}, {left, right});
  y = b.layer("last", graph::Conv2d{}, {y}, {.filters = 2});
  b.output(b.node("p", graph::Softmax{}, {b.node("flat", graph::Reshape{{1, 32}}, {y})}));
  const graph::Graph graph = initialize(b.build(), 1);
  const auto groups = channel_groups(graph, {});
  ASSERT_EQ(groups.size(), 2U) << "the channels of the last layer are the network's outputs";
  EXPECT_EQ(groups[0].units.size(), 3U);
  EXPECT_EQ(groups[1].units.size(), 5U);
  const graph::Graph narrow = without_units(graph, {&groups[0].units[0], &groups[1].units[1], &groups[1].units[4]});
  EXPECT_EQ(channels(narrow, "both"), 5);
}

TEST(PruneChannels, TakesTheWeakestByL1) {
  const graph::Graph weak = with_weak_channel(zoo("mlp"), "dense1.weight", 0, 7);
  ChannelPruningSettings settings = by(ChannelImportance::kL1);
  settings.keep_layers = {"dense2"};
  const PrunedChannels pruned = prune(weak, settings, 0.99);
  ASSERT_EQ(channels(pruned.graph, "dense1"), 31);
  const auto filters = [](const graph::Graph& graph) {
    for (const graph::Tensor& tensor : graph.tensors) {
      if (tensor.name == "dense1.weight") return graph::values<float>(tensor);
    }
    return std::span<const float>{};
  };
  const auto before = filters(weak), after = filters(pruned.graph);
  EXPECT_EQ(after[7 * 96], before[8 * 96]) << "filter 7 is gone";
}

TEST(PruneChannels, TakesTheSmallestGammaByNorm) {
  const graph::Graph weak = with_weak_channel(zoo("mlp"), "dense1.bn.gamma", 0, 7);
  ChannelPruningSettings settings = by(ChannelImportance::kNorm);
  settings.keep_layers = {"dense2"};
  const PrunedChannels pruned = prune(weak, settings, 0.99);
  for (const graph::Tensor& tensor : pruned.graph.tensors) {
    if (tensor.name != "dense1.bn.gamma") continue;
    for (float gamma : graph::values<float>(tensor)) EXPECT_EQ(gamma, 1.0F);
  }
}

TEST(PruneChannels, TakesTheOneTheLossDoesNotFeelByTaylor) {
  // Nobody reads channel 7: its gradient is zero.
  const graph::Graph deaf = with_weak_channel(zoo("mlp"), "dense2.weight", 1, 7);
  ChannelPruningSettings settings = by(ChannelImportance::kTaylor);
  settings.keep_layers = {"dense2"};
  const PrunedChannels pruned = prune(deaf, settings, 0.99);
  for (const graph::Tensor& tensor : pruned.graph.tensors) {
    if (tensor.name != "dense2.weight") continue;
    for (float weight : graph::values<float>(tensor)) EXPECT_GT(std::abs(weight), 1e-6F);
  }
}

TEST(PruneChannels, GivesTheSameBytesOnAnyNumberOfThreads) {
  std::string first;
  for (int threads : {1, 3}) {
    ThreadPool pool(threads);
    SyntheticSource source(96, 3, 70, 30);
    const auto pruned =
        prune_channels(zoo("resnet8"), source, by(ChannelImportance::kTaylor), short_training(), 0.5, {}, pool);
    if (first.empty()) first = graph::print(pruned.graph);
    EXPECT_EQ(graph::print(pruned.graph), first);
  }
}

TEST(PruneChannels, FollowsACostThatIsHandedIn) {
  ChannelPruningSettings settings = by(ChannelImportance::kL1);
  settings.cost = ChannelCost::kRam;
  // The widest activation.
  const GraphCost widest = [](const graph::Graph& graph) {
    std::int64_t most = 0;
    for (const graph::Node& node : graph.nodes) most = std::max(most, graph.tensor(node.outputs[0]).elements());
    return static_cast<double>(most);
  };
  const graph::Graph whole = zoo("resnet8");
  const PrunedChannels pruned = prune(whole, settings, 0.5, widest);
  EXPECT_LE(widest(pruned.graph), 0.5 * widest(whole));
  EXPECT_EQ(channels(pruned.graph, "block3.conv1"), 64) << "far from the peak nothing is to be gained";
}

TEST(PruneChannels, LeavesEachGroupItsLeastAndSaysSo) {
  ChannelPruningSettings settings = by(ChannelImportance::kL1);
  settings.least = 30;
  const PrunedChannels pruned = prune(zoo("mlp"), settings, 0.93);
  for (const PrunedGroup& group : pruned.groups) {
    EXPECT_GE(group.after, 30);
    EXPECT_EQ(group.at_least, group.after == 30);
  }
}

TEST(PruneChannels, NamesTheNearestTargetThatCanBeMet) {
  ChannelPruningSettings settings = by(ChannelImportance::kL1);
  settings.least = 16;
  const std::string text = error_text([&] { prune(zoo("mlp"), settings, 0.1); });
  EXPECT_EQ(text,
            "invalid: [prune] target 0.1 of the macs cannot be met: with every group at its least channels 0.4389 are "
            "left; the nearest target is 0.439");
  EXPECT_EQ(error_text([&] { prune(zoo("mlp"), settings, 0.439); }), "no error");
}

TEST(PruneChannels, WantsABatchNormBehindEachLayerForNorm) {
  EXPECT_THAT(error_text([&] { prune(initialize(test::small_mlp(12, 8, 3), 1), by(ChannelImportance::kNorm)); }),
              HasSubstr("wanted a batch norm behind 'hidden', got none"));
}

TEST(PruneChannels, WantsAFunctionForACostThatItCannotCount) {
  ChannelPruningSettings settings = by(ChannelImportance::kL1);
  settings.cost = ChannelCost::kFlash;
  EXPECT_EQ(error_text([&] { prune(zoo("mlp"), settings); }),
            "invalid: [prune] cost = flash wanted a function that measures it, got none");
}

TEST(PruneChannels, NamesALayerThatIsNotThereAndANetworkWithNothingToPrune) {
  ChannelPruningSettings settings = by(ChannelImportance::kL1);
  settings.keep_layers = {"dens1"};
  EXPECT_THAT(error_text([&] { prune(zoo("mlp"), settings); }), HasSubstr("got 'dens1' (did you mean 'dense1'?)"));
  settings.keep_layers = {"dense1", "dense2"};
  EXPECT_EQ(error_text([&] { prune(zoo("mlp"), settings); }),
            "invalid: [prune] wanted a layer whose channels may go, got none");
}

class TrainNarrower : public ::testing::Test {
 protected:
  static ChannelPruningResult run(const std::filesystem::path& checkpoint = {}, int fail_at_fill = -1) {
    ThreadPool pool(2);
    SyntheticSource source(96, 3, 70, 30);
    source.fail_at_fill = fail_at_fill;
    ChannelPruningSettings settings;
    settings.rounds = 2;
    settings.round_epochs = 1;
    settings.target = 0.4;
    TrainIo io{pool, null_log(), checkpoint, "key"};
    io.on_epoch = [](const EpochRecord& record) { epochs.push_back(record.epoch); };
    epochs.clear();
    return train_narrower(zoo("ds-cnn"), source, settings, short_training(), {}, io);
  }
  static inline std::vector<std::int32_t> epochs;
};

TEST_F(TrainNarrower, TrainsInRoundsUntilTheTargetIsMet) {
  const ChannelPruningResult result = run();
  EXPECT_EQ(result.cost_before, macs(zoo("ds-cnn")));
  EXPECT_LE(result.cost_after, 0.4 * result.cost_before);
  EXPECT_EQ(result.cost_after, macs(result.training.graph));
  EXPECT_THAT(epochs, ElementsAre(0, 1, 2));
  for (const PrunedGroup& group : result.groups) {
    EXPECT_EQ(group.before, 64);
    EXPECT_EQ(group.after, channels(result.training.graph, group.layer)) << group.layer;
  }
}

TEST_F(TrainNarrower, EndsInTheSameBytesAfterBeingKilled) {
  const std::string wanted = graph::print(run().training.graph);
  const auto folder = std::filesystem::path(::testing::TempDir()) / "mote_narrower";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (int killed_at : {7, 13, 9}) {
    EXPECT_THROW(run(folder / "train.ckpt", killed_at), std::runtime_error) << killed_at;
  }
  EXPECT_EQ(graph::print(run(folder / "train.ckpt").training.graph), wanted);
  std::filesystem::remove_all(folder);
}

TEST(ChannelPruningSettings, NameTheirRanges) {
  const auto error_of = [](auto&& change) {
    ChannelPruningSettings settings;
    change(settings);
    return error_text([&] { settings.validate(); });
  };
  EXPECT_EQ(error_of([](auto& s) { s.target = 1.2; }), "invalid: [prune] target must be in (0, 1), got 1.2");
  EXPECT_EQ(error_of([](auto& s) { s.multiple = 0; }), "invalid: [prune] multiple must be in 1..64, got 0");
  EXPECT_THAT(error_of([](auto& s) { s.least = 0; }), HasSubstr("[prune] least must be >= 1"));
  EXPECT_EQ(error_of([](auto& s) { s.rounds = 0; }), "invalid: [prune] rounds must be in 1..100, got 0");
  EXPECT_EQ(error_of([](auto& s) { s.round_epochs = 0; }), "invalid: [prune] round_epochs must be >= 1, got 0");
  EXPECT_EQ(error_of([](auto& s) { s.batches = 0; }), "invalid: [prune] batches must be >= 1, got 0");
}

}  // namespace
}  // namespace mote::trainer
