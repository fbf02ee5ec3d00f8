#include "mote/doctor/diagnosis.h"

#include <gtest/gtest.h>

#include <cmath>

#include "error_text.h"
#include "sick_network.h"

namespace mote::doctor {
namespace {

const LayerFinding& layer_named(const Diagnosis& diagnosis, const std::string& name) {
  return *std::find_if(diagnosis.layers.begin(), diagnosis.layers.end(),
                       [&](const LayerFinding& layer) { return layer.name == name; });
}

Diagnosis diagnose_with(double octaves, int threads = 1) {
  test::SickNetwork network(octaves);
  return network.diagnose(network.draft(), threads);
}

TEST(Diagnosis, HasARowForTheInputAndForEachLayerThatComputes) {
  const Diagnosis diagnosis = diagnose_with(0);
  std::vector<std::string> names;
  for (const LayerFinding& layer : diagnosis.layers) names.push_back(layer.name);
  EXPECT_EQ(names, (std::vector<std::string>{"x", "conv", "dw", "pw", "pool", "logits", "softmax"}));
  EXPECT_EQ(diagnosis.clips, 96);
  EXPECT_EQ(diagnosis.float_accuracy, 1.0);
}

TEST(Diagnosis, FindsLittleWrongWithAHealthyNetwork) {
  const Diagnosis diagnosis = diagnose_with(0);
  EXPECT_GT(diagnosis.int8_accuracy, 0.9);
  EXPECT_LT(diagnosis.whole.divergence, 0.01);
  for (const LayerFinding& layer : diagnosis.layers) EXPECT_GT(layer.alone_sqnr_db, 25) << layer.name;
}

TEST(Diagnosis, NamesTheLayersWhoseChannelsAreUnequal) {
  const Diagnosis healthy = diagnose_with(0), sick = diagnose_with(9);
  EXPECT_GT(layer_named(sick, "conv").channel_spread, 5 * layer_named(healthy, "conv").channel_spread);
  EXPECT_GT(layer_named(sick, "conv").alone.divergence, 10 * layer_named(healthy, "conv").alone.divergence);
  EXPECT_NEAR(layer_named(sick, "x").alone.divergence, layer_named(healthy, "x").alone.divergence, 1e-5);
}

TEST(Diagnosis, FindsMoreNoiseInTheWholeNetworkThanInALayerAlone) {
  const Diagnosis diagnosis = diagnose_with(4, 2);
  EXPECT_LT(layer_named(diagnosis, "logits").whole_sqnr_db, layer_named(diagnosis, "logits").alone_sqnr_db);
}

TEST(Diagnosis, DoesNotDependOnTheNumberOfThreads) {
  const Diagnosis a = diagnose_with(4, 1), b = diagnose_with(4, 3);
  for (std::size_t i = 0; i < a.layers.size(); ++i) {
    EXPECT_EQ(a.layers[i].whole_sqnr_db, b.layers[i].whole_sqnr_db);
    EXPECT_EQ(a.layers[i].alone.divergence, b.layers[i].alone.divergence);
  }
}

TEST(Diagnosis, FindsChannelsThatSayTheSameOnEveryClip) {
  test::SickNetwork network(0);
  quant::Draft draft = network.draft();
  std::vector<float> bias(8, 0.1F);
  bias[3] = -1000;
  for (graph::Graph* graph : {&draft.reference, &draft.graph}) test::set_constant(*graph, "pw.b", bias);
  EXPECT_EQ(layer_named(network.diagnose(draft), "pw").dead_channels, (std::vector<std::int32_t>{3}));
}

TEST(JudgedSet, IsChecked) {
  test::SickNetwork network(0);
  const graph::Graph graph = network.draft().reference;
  JudgedSet clips = network.clips();
  const std::vector<int> few = {0, 1}, wrong(96, 4);
  clips.truth = few;
  EXPECT_EQ(test::error_text([&] { clips.validate(graph); }),
            "invalid: [doctor] wanted a class for each of 96 clips, got 2");
  clips.truth = wrong;
  EXPECT_EQ(test::error_text([&] { clips.validate(graph); }), "invalid: [doctor] wanted classes below 4, got 4");
}

TEST(Effect, IsTheMeanDivergenceAndTheAccuracyLost) {
  const std::vector<float> scores = {0.5F, 0.5F, 0.25F, 0.75F};
  const std::vector<int> truth = {0, 1};
  EXPECT_NEAR(effect_of(scores, scores, truth).divergence, 0.0, 1e-9);
  const std::vector<float> other = {0.25F, 0.75F, 0.25F, 0.75F};
  const Effect effect = effect_of(scores, other, truth);
  EXPECT_NEAR(effect.divergence, 0.5 * (0.5 * std::log(2.0) + 0.5 * std::log(0.5 / 0.75)), 1e-6);
  EXPECT_EQ(effect.accuracy_lost, 0.5);
}

}  // namespace
}  // namespace mote::doctor
