#include "mote/quant/repair.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "error_text.h"
#include "mote/graph/text.h"
#include "repair_net.h"

namespace mote::quant {
namespace {

using test::RepairInputs;
using test::RepairNet;

const std::vector<float> kUnequal = {1.0F, 0.01F, 0.02F, 0.3F, 0.005F, 0.05F};

Draft draft_of(const graph::Graph& graph, const MeasuringSet& set) {
  return make_draft(graph, set, {.method = RangeMethod::kMinMax});
}

std::vector<float> channel_peaks(const std::vector<float>& values, std::size_t channels) {
  std::vector<float> peaks(channels, 0.0F);
  for (std::size_t i = 0; i < values.size(); ++i) peaks[i % channels] = std::max(peaks[i % channels], values[i]);
  return peaks;
}

TEST(Equalize, KeepsTheAnswersOfAReluNetwork) {
  RepairInputs inputs;
  const auto before = RepairNet{.gains = kUnequal}.build();
  const Draft after = equalize(draft_of(before, inputs.set()), inputs.set(), {});
  const auto wanted = test::activation(before, inputs.set(), "softmax");
  const auto got = test::activation(after.graph, inputs.set(), "softmax");
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-5F);
  EXPECT_EQ(graph::print(after.reference), graph::print(after.graph));
}

TEST(Equalize, MakesTheChannelsBeforeADepthwiseLayerEquallyLoud) {
  RepairInputs inputs;
  const Draft after = equalize(draft_of(RepairNet{.gains = kUnequal}.build(), inputs.set()), inputs.set(), {});
  const auto peaks = channel_peaks(test::activation(after.graph, inputs.set(), "conv"), 6);
  for (float peak : peaks) EXPECT_NEAR(peak, peaks[0], 1e-4F * peaks[0]);
}

TEST(Equalize, BringsTheInt8NetworkNearerToItsFloatNetwork) {
  RepairInputs inputs;
  const auto graph = RepairNet{.gains = kUnequal}.build();
  const Draft plain = draft_of(graph, inputs.set());
  const Draft after = equalize(plain, inputs.set(), {});
  EXPECT_LT(test::logits_error(graph, after, inputs.set()), 0.1 * test::logits_error(graph, plain, inputs.set()));
}

TEST(Equalize, LeavesAChannelThatReachesTheCapOfARelu6AsItIs) {
  RepairInputs inputs;
  const auto before = RepairNet{graph::Activation::kRelu6, {40, 0.01F, 0.02F, 0.3F, 0.005F, 0.05F}}.build();
  const auto peaks_before = channel_peaks(test::activation(before, inputs.set(), "conv"), 6);
  ASSERT_EQ(peaks_before[0], 6.0F);
  const Draft after = equalize(draft_of(before, inputs.set()), inputs.set(), {});
  const auto peaks = channel_peaks(test::activation(after.graph, inputs.set(), "conv"), 6);
  EXPECT_EQ(peaks[0], 6.0F);
  for (float peak : peaks) EXPECT_NEAR(peak, 6.0F, 1e-3F);
  const auto wanted = test::activation(before, inputs.set(), "softmax");
  const auto got = test::activation(after.graph, inputs.set(), "softmax");
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-5F);
}

TEST(Equalize, DoesNotTouchChannelsThatTwoLayersRead) {
  RepairInputs inputs(8);
  graph::GraphBuilder b("two readers");
  const std::vector<float> w = {1, 0.01F}, ones = {1, 1};
  const auto x = b.input("x", {1, 6, 5, 2});
  const auto y = b.node("dw", graph::DepthwiseConv2d{}, {x, b.constant("w", {1, 1, 1, 2}, w)});
  const auto z = b.node("dw2", graph::DepthwiseConv2d{}, {y, b.constant("w2", {1, 1, 1, 2}, ones)});
  b.output(b.node("sum", graph::Binary{}, {y, z}));
  const auto graph = b.build();
  EXPECT_EQ(graph::print(equalize(draft_of(graph, inputs.set()), inputs.set(), {}).graph), graph::print(graph));
}

// A bias of half a step in every weight of a layer: what a shared rounding error does to the mean.
TEST(CorrectBias, TakesTheMeanErrorOfEachChannelAway) {
  RepairInputs inputs;
  const auto graph = RepairNet{}.build();
  Draft draft = draft_of(graph, inputs.set());
  for (graph::Tensor& tensor : draft.graph.tensors) {
    if (tensor.name != "pw.b") continue;
    std::vector<float> shifted(8, 0.5F);
    tensor.data = graph::make_buffer<float>(shifted);
  }
  const double before = test::logits_error(graph, draft, inputs.set());
  const Draft after = correct_bias(draft, inputs.set(), {});
  EXPECT_LT(test::logits_error(graph, after, inputs.set()), 0.05 * before);
}

TEST(CorrectBias, GivesABiasToALayerThatHasNone) {
  RepairInputs inputs;
  const auto graph = RepairNet{}.build();
  const Draft after = correct_bias(draft_of(graph, inputs.set()), inputs.set(), {});
  EXPECT_EQ(after.graph.nodes[5].inputs.size(), 3U);
  verify(quantize(after), graph::Stage::kInt8);
}

// Squared distance of a layer's output, before it is quantized itself, from the float network's.
double layer_error(const graph::Graph& wanted, const Draft& draft, const MeasuringSet& set, std::string_view name) {
  const Simulation simulation(draft.graph, quantize(draft));
  std::vector<float> got;
  run_groups(simulation.whole(), set, [&](graph::TensorId id, std::span<float> values) {
    if (draft.graph.tensor(id).name == name) got.insert(got.end(), values.begin(), values.end());
    simulation.snap(id, values);
  });
  return test::squared_distance(test::activation(wanted, set, name), got);
}

Draft four_bits(const graph::Graph& graph, const MeasuringSet& set) {
  Draft draft = draft_of(graph, set);
  draft.settings.weights.assign(graph.nodes.size(), WeightType::kInt4);
  return draft;
}

TEST(RoundWeights, BringsALayersOutputNearerThanRoundingToNearest) {
  RepairInputs inputs;
  const auto graph = RepairNet{graph::Activation::kNone}.build();
  const Draft plain = four_bits(graph, inputs.set());
  const Draft after = round_weights(plain, inputs.set(), {});
  // Inputs of the first layer are independent of each other: nothing beats the nearest there.
  for (const char* name : {"dw", "pw"}) {
    EXPECT_LT(layer_error(graph, after, inputs.set(), name), 0.9 * layer_error(graph, plain, inputs.set(), name))
        << name;
  }
}

TEST(RoundWeights, MovesNoWeightByMoreThanAStep) {
  RepairInputs inputs;
  const auto graph = RepairNet{}.build();
  const Draft plain = draft_of(graph, inputs.set());
  const auto before = quantize(plain), after = quantize(round_weights(plain, inputs.set(), {}));
  std::int64_t moved = 0;
  for (std::size_t i = 0; i < before.nodes.size(); ++i) {
    if (before.nodes[i].inputs.size() < 2) continue;
    const graph::Tensor &a = before.tensor(before.nodes[i].inputs[1]), &b = after.tensor(after.nodes[i].inputs[1]);
    for (std::size_t k = 0; k < graph::values<std::int8_t>(a).size(); ++k) {
      const int step = std::abs(graph::values<std::int8_t>(a)[k] - graph::values<std::int8_t>(b)[k]);
      EXPECT_LE(step, 1);
      moved += step;
    }
  }
  EXPECT_GT(moved, 0);
}

TEST(ClipWeights, GivesUpWideWeightsForFinerSteps) {
  RepairInputs inputs;
  const auto graph = RepairNet{}.build();
  const Draft plain = four_bits(graph, inputs.set());
  const Draft after = clip_weights(plain, inputs.set(), {});
  ASSERT_EQ(after.settings.weight_scales.size(), graph.nodes.size());
  const graph::Graph wide = quantize(plain), clipped = quantize(after);
  const auto& before = wide.tensor(wide.nodes[0].inputs[1]).quant.scales;
  const auto& scales = clipped.tensor(clipped.nodes[0].inputs[1]).quant.scales;
  int narrower = 0;
  for (std::size_t c = 0; c < scales.size(); ++c) {
    EXPECT_LE(scales[c], before[c]);
    narrower += scales[c] < before[c] ? 1 : 0;
  }
  EXPECT_GT(narrower, 0);
  EXPECT_LT(layer_error(graph, after, inputs.set(), "conv"), layer_error(graph, plain, inputs.set(), "conv"));
}

TEST(SearchRanges, NarrowsARangeThatIsWiderThanItsAnswerNeeds) {
  RepairInputs inputs;
  const auto graph = RepairNet{}.build();
  Draft plain = draft_of(graph, inputs.set());
  for (Range& range : plain.ranges) range = {10 * range.low, 10 * range.high};
  const Draft after = search_ranges(plain, inputs.set(), {});
  EXPECT_LT(test::logits_error(graph, after, inputs.set()), 0.2 * test::logits_error(graph, plain, inputs.set()));
}

TEST(SearchRanges, LeavesOutARareValueThatTheAnswerCanDoWithout) {
  // A thousand values of a channel that matters, and one of a channel of which nothing is read.
  graph::GraphBuilder b("rare");
  const std::vector<float> pass = {1, 0, 0, 1}, read = {1, 0};
  const auto x = b.input("x", {1, 1, 1, 2});
  const auto y = b.node("y", graph::Conv2d{}, {x, b.constant("w", {2, 1, 1, 2}, pass)});
  b.output(b.node("z", graph::Conv2d{}, {y, b.constant("v", {1, 1, 1, 2}, read)}));
  const auto graph = b.build();
  std::vector<float> values(4000, 0.0F);
  for (std::size_t i = 0; i < values.size(); i += 2) values[i] = static_cast<float>(i) / 4000.0F;
  values[1] = 1000;
  ThreadPool pool(1);
  const auto runner = trainer::make_float_runner(pool);
  const MeasuringSet set{*runner, values, 2000};
  const Draft after = search_ranges(draft_of(graph, set), set, {.samples = 2000});
  for (const graph::Tensor& tensor : after.graph.tensors) {
    if (tensor.name != "y") continue;
    EXPECT_LT(after.ranges[static_cast<std::size_t>(&tensor - after.graph.tensors.data())].high, 2.0F);
  }
}

TEST(Repair, RunsThePassesThatAreNamedInTheirOrder) {
  RepairInputs inputs;
  const auto graph = RepairNet{.gains = kUnequal}.build();
  const Draft plain = draft_of(graph, inputs.set());
  const Draft by_hand = correct_bias(equalize(plain, inputs.set(), {}), inputs.set(), {});
  const Draft repaired = repair(plain, inputs.set(), {.passes = {"correct_bias", "equalize"}});
  EXPECT_EQ(graph::print(quantize(repaired)), graph::print(quantize(by_hand)));
  EXPECT_EQ(graph::print(repair(plain, inputs.set(), {}).graph), graph::print(graph));
}

TEST(RepairSettings, AreChecked) {
  EXPECT_TRUE(test::error_text([&] {
                RepairSettings{.passes = {"equalise"}}.validate();
              }).ends_with("got 'equalise' (did you mean 'equalize'?)"));
  EXPECT_EQ(test::error_text([&] { RepairSettings{{}, 0}.validate(); }), "invalid: repair.samples must be >= 1, got 0");
  EXPECT_EQ(test::error_text([&] {
              RepairSettings{{}, 128, 0}.validate();
            }),
            "invalid: repair.rounding_effort must be in (0, 100], got 0");
  EXPECT_EQ(test::error_text([&] { RepairSettings{}.validate(); }), "no error");
}

}  // namespace
}  // namespace mote::quant
