#include "mote/doctor/proposals.h"

#include <gtest/gtest.h>

#include "sick_network.h"

namespace mote::doctor {
namespace {

// A diagnosis of one weighted layer that loses ten points.
Diagnosis one_layer() {
  Diagnosis diagnosis;
  diagnosis.whole = {0.1, 0.2};
  LayerFinding layer;
  layer.name = "conv";
  layer.weights = 10;
  layer.alone = {0.1, 0.5};
  diagnosis.layers.push_back(layer);
  return diagnosis;
}

bool proposes(const std::vector<Proposal>& proposals, Remedy remedy) {
  return std::any_of(proposals.begin(), proposals.end(), [&](const Proposal& one) { return one.remedy == remedy; });
}

TEST(Proposals, AreNoneForANetworkThatLosesNothing) {
  Diagnosis diagnosis = one_layer();
  diagnosis.whole = {0, 0};
  EXPECT_TRUE(propose(diagnosis, {}).empty());
}

TEST(Proposals, PutEqualizationFirstWhereChannelsAreUnequal) {
  Diagnosis diagnosis = one_layer();
  EXPECT_FALSE(proposes(propose(diagnosis, {}), Remedy::kEqualize));
  diagnosis.layers[0].channel_spread = 50;
  const auto proposals = propose(diagnosis, {});
  ASSERT_FALSE(proposals.empty());
  EXPECT_EQ(proposals[0].remedy, Remedy::kEqualize);
  EXPECT_EQ(proposals[0].reason, "the loudest channel of 'conv' is 50.0 times as loud as the median one");
  EXPECT_NEAR(proposals[0].predicted_gain, 0.1, 0.001);
}

TEST(Proposals, AreRankedByWhatTheyMayGiveBack) {
  Diagnosis diagnosis = one_layer();
  diagnosis.layers[0].one_weight_scale = true;
  diagnosis.layers[0].weight_spread = 3;
  const auto proposals = propose(diagnosis, {});
  EXPECT_TRUE(proposes(proposals, Remedy::kPerChannelDense));
  for (std::size_t i = 1; i < proposals.size(); ++i)
    EXPECT_LE(proposals[i].predicted_gain, proposals[i - 1].predicted_gain);
}

TEST(Proposals, DoNotNameWhatIsDoneAlready) {
  Diagnosis diagnosis = one_layer();
  diagnosis.layers[0].channel_spread = 50;
  Treatment treatment;
  treatment.repair.passes = {"equalize"};
  EXPECT_FALSE(proposes(propose(diagnosis, treatment), Remedy::kEqualize));
}

TEST(Treatment, TakesARemedyOnce) {
  const Treatment once = with({}, Remedy::kCorrectBias);
  EXPECT_EQ(once.repair.passes, (std::vector<std::string>{"correct_bias"}));
  EXPECT_EQ(with(once, Remedy::kCorrectBias).repair.passes, once.repair.passes);
  EXPECT_TRUE(can_be_tried(Remedy::kCorrectBias, {}));
  EXPECT_FALSE(can_be_tried(Remedy::kCorrectBias, once));
  EXPECT_FALSE(can_be_tried(Remedy::kTrainQuantized, {}));
  EXPECT_EQ(with({}, Remedy::kPercentile).calibration.method, quant::RangeMethod::kPercentile);
  EXPECT_EQ(with({}, Remedy::kWideActivations).quantize.activations, quant::ActivationType::kInt16);
}

TEST(Proposals, ForATrainedInt8GraphAreOtherTrainings) {
  Diagnosis diagnosis = one_layer();
  diagnosis.layers[0].channel_spread = 50;
  std::vector<Remedy> remedies;
  for (const Proposal& proposal : propose_training(diagnosis, {})) remedies.push_back(proposal.remedy);
  EXPECT_EQ(remedies, (std::vector<Remedy>{Remedy::kWideActivations, Remedy::kTrainQuantized}));
}

TEST(Treatment, KeepsWideActivationsFromWeightsThatTheyCannotGoWith) {
  Treatment treatment;
  EXPECT_TRUE(can_be_tried(Remedy::kWideActivations, treatment));
  treatment.quantize.weights = {quant::WeightType::kInt8, quant::WeightType::kInt4};
  EXPECT_FALSE(can_be_tried(Remedy::kWideActivations, treatment));
}

TEST(Trials, MeasureWideActivationsLastAndNeverKeepThem) {
  test::SickNetwork network(9);
  ThreadPool pool(1);
  const std::vector<Proposal> proposals = {{Remedy::kWideActivations, "", 0}, {Remedy::kEqualize, "", 0}};
  const Outcome outcome = try_proposals(network.subject(), test::SickNetwork::plain(), proposals, pool);
  ASSERT_EQ(outcome.trials.size(), 3U);
  EXPECT_EQ(outcome.trials[2].remedies, (std::vector<Remedy>{Remedy::kEqualize, Remedy::kWideActivations}));
  EXPECT_LT(outcome.trials[2].effect.divergence, outcome.trials[1].effect.divergence);
  EXPECT_FALSE(outcome.trials[2].kept);
  EXPECT_EQ(outcome.best.quantize.activations, quant::ActivationType::kInt8);
}

TEST(Trials, BringASickNetworkBack) {
  test::SickNetwork network(9);
  ThreadPool pool(1);
  const Treatment plain = test::SickNetwork::plain();
  const std::vector<Proposal> proposals = {{Remedy::kEqualize, "", 0}, {Remedy::kTrainQuantized, "", 0}};
  const Outcome outcome = try_proposals(network.subject(), plain, proposals, pool);
  ASSERT_EQ(outcome.trials.size(), 2U) << "training cannot be tried";
  EXPECT_TRUE(outcome.trials[1].kept);
  EXPECT_LT(outcome.trials[1].effect.divergence, 0.2 * outcome.trials[0].effect.divergence);
  EXPECT_GE(outcome.trials[1].accuracy, outcome.trials[0].accuracy);
  EXPECT_EQ(outcome.best.repair.passes, (std::vector<std::string>{"equalize"}));
}

TEST(Trials, DropWhatDoesNotHelp) {
  test::SickNetwork network(0);
  ThreadPool pool(1);
  Treatment plain = test::SickNetwork::plain();
  plain.calibration.percentile = 0.6;
  const Outcome outcome = try_proposals(network.subject(), plain, {{Remedy::kPercentile, "", 0}}, pool);
  ASSERT_EQ(outcome.trials.size(), 2U);
  EXPECT_FALSE(outcome.trials[1].kept);
  EXPECT_EQ(outcome.best.calibration.method, quant::RangeMethod::kMinMax);
}

}  // namespace
}  // namespace mote::doctor
