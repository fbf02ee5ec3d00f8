#include "mote/graph/channels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "mote/graph/text.h"

namespace mote::graph {
namespace {

using ::testing::ElementsAre;

// conv (2 channels) → batch norm → flatten (2 cells) → dense.
Graph small() {
  return parse(R"(graph "g" {
  input %0 "x" f32[1,2,1,1]
  const %1 "w" f32[2,1,1,1] = 0x0000803f00000040
  const %2 "one" f32[2] = 0x0000803f0000803f
  const %3 "mean" f32[2] = 0x0000803f00000040
  const %4 "d" f32[1,4] = 0x0000803f000000400000404000008040
  %5 "conv" f32[1,2,1,2] = conv2d(%0, %1)
  %6 "norm" f32[1,2,1,2] = batch_norm(%5, %2, %2, %3, %2)
  %7 "flat" f32[1,4] = reshape(%6) shape=1,4
  %8 "dense" f32[1,1] = dense(%7, %4)
  output %8
})");
}

class Notes final : public ChannelRules {
 public:
  void tie(TensorId a, std::size_t channel_a, TensorId b, std::size_t channel_b) override {
    ties.insert({{a, channel_a}, {b, channel_b}});
  }
  void keep(TensorId tensor, std::size_t channel) override { kept.insert({tensor, channel}); }

  using Channel = std::pair<TensorId, std::size_t>;
  std::set<std::pair<Channel, Channel>> ties;
  std::set<Channel> kept;
};

std::vector<ChannelSet> everything(const Graph& graph) {
  std::vector<ChannelSet> sets;
  for (const Tensor& tensor : graph.tensors) sets.emplace_back(static_cast<std::size_t>(channel_count(tensor)), true);
  return sets;
}

TEST(KeepChannels, CutsWhatMakesAndReadsAChannel) {
  const Graph graph = small();
  std::vector<ChannelSet> kept = everything(graph);
  kept[5] = kept[6] = {false, true};
  kept[7] = {false, true, false, true};
  std::vector<TensorId> renamed;
  const Graph result = keep_channels(graph, kept, renamed);
  verify(result, Stage::kTrain);
  const auto constant = [&](std::size_t node, std::size_t input) {
    return values<float>(result.tensor(result.nodes[node].inputs[input]));
  };
  EXPECT_THAT(constant(0, 1), ElementsAre(2));
  EXPECT_THAT(constant(1, 3), ElementsAre(2));
  EXPECT_THAT(constant(3, 1), ElementsAre(2, 4));
  EXPECT_THAT(result.tensor(renamed[7]).shape, ElementsAre(1, 2));
  EXPECT_THAT(std::get<Reshape>(result.nodes[2].op).shape, ElementsAre(1, 2));
}

TEST(KeepChannels, LeavesAGraphAloneThatKeepsThemAll) {
  std::vector<TensorId> renamed;
  EXPECT_EQ(print(keep_channels(small(), everything(small()), renamed)), print(small()));
}

TEST(KeepChannels, TakesWeightsWithoutValues) {
  Graph graph = small();
  for (Tensor& tensor : graph.tensors) tensor.data = nullptr;
  std::vector<ChannelSet> kept = everything(graph);
  kept[5] = kept[6] = {false, true};
  kept[7] = {false, true, false, true};
  std::vector<TensorId> renamed;
  verify(keep_channels(graph, kept, renamed), Stage::kTrain);
}

TEST(ChannelRules, TieTheCellsOfAFlattenedMapToItsChannels) {
  const Graph graph = small();
  Notes notes;
  channel_rules(graph, graph.nodes[2], notes);
  EXPECT_TRUE(notes.ties.contains({{6, 0}, {7, 2}}));
  EXPECT_TRUE(notes.ties.contains({{6, 1}, {7, 3}}));
  EXPECT_FALSE(notes.ties.contains({{6, 0}, {7, 3}}));
}

TEST(ChannelRules, LeaveInputsAndOutputsOfAConvolutionFree) {
  const Graph graph = small();
  Notes notes;
  channel_rules(graph, graph.nodes[0], notes);
  EXPECT_TRUE(notes.ties.empty());
  EXPECT_TRUE(notes.kept.empty());
}

TEST(ChannelRules, TieAConcatenationToItsParts) {
  const Graph graph = parse(R"(graph "g" {
  input %0 "a" f32[1,2]
  input %1 "b" f32[1,3]
  %2 "both" f32[1,5] = concat(%0, %1) axis=1
  output %2
})");
  Notes notes;
  channel_rules(graph, graph.nodes[0], notes);
  EXPECT_EQ(notes.ties.size(), 5U);
  EXPECT_TRUE(notes.ties.contains({{1, 0}, {2, 2}}));
}

TEST(ChannelRules, KeepWhatASoftmaxReads) {
  const Graph graph = parse(R"(graph "g" {
  input %0 "a" f32[1,2]
  %1 "p" f32[1,2] = softmax(%0)
  output %1
})");
  Notes notes;
  channel_rules(graph, graph.nodes[0], notes);
  EXPECT_EQ(notes.kept.size(), 4U);
}

}  // namespace
}  // namespace mote::graph
