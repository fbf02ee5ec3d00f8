#include "mote/evaluate/metrics.h"

#include <cmath>

#include "sample.h"

namespace mote::evaluate {
namespace {

using test::expect_invalid;
using test::six_clips;

TEST(Metrics, CountTheConfusionByLabelAndPrediction) {
  const auto confusion = measure(six_clips()).confusion;
  EXPECT_EQ(confusion, (std::vector<std::vector<std::int64_t>>{{2, 1, 0}, {1, 2, 0}, {0, 0, 0}}));
}

TEST(Metrics, EqualTheFormulasWorkedByHand) {
  const Metrics metrics = measure(six_clips());
  EXPECT_EQ(metrics.clips, 6);
  EXPECT_EQ(metrics.correct, 4);
  EXPECT_NEAR(metrics.accuracy, 4.0 / 6, 1e-12);
  EXPECT_NEAR(metrics.balanced_accuracy, 2.0 / 3, 1e-12);
  EXPECT_NEAR(metrics.macro_f1, 2.0 / 3, 1e-12);
  const double product = 0.8 * 0.6 * 0.3 * 0.7 * 0.1 * 0.6;
  EXPECT_NEAR(metrics.log_loss, -std::log(product) / 6, 1e-6);
  EXPECT_NEAR(metrics.accuracy_interval.low, wilson_interval(4, 6, 0.95).low, 1e-15);
  EXPECT_EQ(metrics.calibration.size(), 15U);
}

TEST(Metrics, BalanceClassesOfDifferentSize) {
  // Three clips of a, all right; one of b, wrong: accuracy 3/4, balanced 1/2, F1 of a 6/7, of b 0.
  const Predictions predictions{{"a", "b"}, {"1", "2", "3", "4"}, {0, 0, 0, 1}, {1, 0, 1, 0, 1, 0, 1, 0}};
  const Metrics metrics = measure(predictions);
  EXPECT_NEAR(metrics.accuracy, 0.75, 1e-12);
  EXPECT_NEAR(metrics.balanced_accuracy, 0.5, 1e-12);
  EXPECT_NEAR(metrics.macro_f1, 3.0 / 7, 1e-12);
}

TEST(Metrics, LeaveRatesOfAClassWithoutClipsAbsent) {
  const ClassMetrics go = measure(six_clips()).classes[2];
  EXPECT_EQ(go.name, "go");
  EXPECT_EQ(go.support, 0);
  EXPECT_FALSE(go.precision || go.recall || go.f1 || go.auc);
}

TEST(Metrics, GiveAClassWithoutClipsZeroPrecisionWhenItWasPredicted) {
  const Predictions predictions{{"a", "b"}, {"1", "2"}, {0, 0}, {1, 0, 0, 1}};
  const Metrics metrics = measure(predictions);
  EXPECT_EQ(metrics.classes[1].precision, 0.0);
  EXPECT_FALSE(metrics.classes[1].recall);
  EXPECT_NEAR(metrics.balanced_accuracy, 0.5, 1e-12);
}

TEST(Metrics, CountTopKWithTiesByLowerIndex) {
  const Predictions predictions{{"a", "b", "c"}, {"1", "2"}, {2, 1}, {.5F, .25F, .25F, .4F, .4F, .2F}};
  const Metrics metrics = measure(predictions, {.top_k = {1, 2, 3, 9}});
  ASSERT_EQ(metrics.top_k.size(), 3U);  // 9 is more than there are classes
  EXPECT_EQ(metrics.top_k[0].accuracy, 0.0);
  EXPECT_EQ(metrics.top_k[1].accuracy, 0.5);
  EXPECT_EQ(metrics.top_k[2].accuracy, 1.0);
}

TEST(Metrics, KeepLogLossFiniteWhenAnInt8ScoreIsZero) {
  const Predictions predictions{{"a", "b"}, {"1"}, {1}, {255 / 256.0F, 0}};
  EXPECT_NEAR(measure(predictions).log_loss, -std::log(1e-7), 1e-9);
  EXPECT_NEAR(measure(predictions, {.probability_floor = 0.5}).log_loss, std::log(2.0), 1e-12);
}

TEST(Metrics, RefuseInvalidPredictions) {
  expect_invalid([] { measure(Predictions{{"a"}, {}, {}, {}}); }, "at least one clip");
}

TEST(Metrics, RefuseImpossibleOptions) {
  const auto refused = [](const MetricOptions& options, const char* part) {
    expect_invalid([&] { measure(six_clips(), options); }, part);
  };
  refused({.confidence = 1}, "confidence inside (0, 1), got 1");
  refused({.calibration_bins = 0}, "at least one calibration bin, got 0");
  refused({.top_k = {1, 0}}, "every k of top_k to be at least 1, got 0");
  refused({.probability_floor = 0}, "probability floor inside (0, 1), got 0");
}

TEST(WorstClips, ComeByFallingLossAndThenByConfidence) {
  const Predictions predictions{
      {"a", "b", "c"}, {"sure", "unsure", "right"}, {0, 0, 0}, {0, .6F, .4F, 0, .9F, .1F, .8F, .1F, .1F}};
  const auto worst = worst_clips(predictions, 10);
  ASSERT_EQ(worst.size(), 3U);
  EXPECT_EQ(worst[0].clip, "unsure");  // the same loss as "sure", but a more confident mistake
  EXPECT_EQ(worst[1].clip, "sure");
  EXPECT_EQ(worst[2].clip, "right");
  EXPECT_EQ(worst[0].prediction, "b");
  EXPECT_NEAR(worst[0].prediction_score, 0.9, 1e-6);
  EXPECT_NEAR(worst[2].loss, -std::log(0.8), 1e-6);
}

TEST(WorstClips, StopAtTheCount) {
  EXPECT_EQ(worst_clips(six_clips(), 2).size(), 2U);
  EXPECT_EQ(worst_clips(six_clips(), 2)[0].clip, "e.wav");
}

}  // namespace
}  // namespace mote::evaluate
