#include "mote/evaluate/compare.h"

#include "sample.h"

namespace mote::evaluate {
namespace {

using test::expect_invalid;
using test::six_clips;

// Clip c turns right (no → yes), clip d wrong (no → yes), clip e from one wrong class to another.
Predictions changed_clips() {
  auto predictions = six_clips();
  predictions.scores[6] = 0.7F;
  predictions.scores[9] = 0.75F;
  predictions.scores[14] = 0.95F;
  return predictions;
}

TEST(Compare, CountsEachKindOfChange) {
  const Comparison result = compare(six_clips(), changed_clips());
  EXPECT_EQ(result.clips, 6);
  EXPECT_EQ(result.disagreements, 3);
  EXPECT_EQ(result.only_candidate_correct, 1);
  EXPECT_EQ(result.only_reference_correct, 1);
  EXPECT_EQ(result.accuracy_difference, 0);
  EXPECT_NEAR(result.largest_score_difference, 0.95, 1e-6);
}

TEST(Compare, ListsDisagreementsInClipOrder) {
  const auto listed = compare(six_clips(), changed_clips()).listed;
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[0].clip, "c.wav");
  EXPECT_EQ(listed[0].label, "yes");
  EXPECT_EQ(listed[0].reference_prediction, "no");
  EXPECT_EQ(listed[0].candidate_prediction, "yes");
  EXPECT_NEAR(listed[0].reference_score, 0.5, 1e-6);
  EXPECT_NEAR(listed[0].candidate_score, 0.7, 1e-6);
  EXPECT_EQ(listed[2].clip, "e.wav");
}

TEST(Compare, CutsALongListButCountsAll) {
  const Comparison result = compare(six_clips(), changed_clips(), {.most_listed = 1});
  EXPECT_EQ(result.listed.size(), 1U);
  EXPECT_EQ(result.disagreements, 3);
}

TEST(Compare, FindsNothingBetweenAModelAndItself) {
  const Comparison result = compare(six_clips(), six_clips());
  EXPECT_EQ(result.disagreements, 0);
  EXPECT_EQ(result.mcnemar_p, 1);
  EXPECT_EQ(result.difference_interval.low, 0);
  EXPECT_EQ(result.difference_interval.high, 0);
}

// 1000 clips, 30 of which only the reference gets right: the difference is -0.03, its standard deviation
// sqrt(0.03·0.97/1000) = 0.0054.
TEST(Compare, BootstrapIntervalHasTheWidthOfTheNormalApproximation) {
  Predictions reference{{"a", "b"}, {}, {}, {}};
  for (int clip = 0; clip < 1000; ++clip) {
    reference.clips.push_back(std::to_string(clip));
    reference.truth.push_back(0);
    reference.scores.insert(reference.scores.end(), {1, 0});
  }
  Predictions candidate = reference;
  for (std::size_t clip = 0; clip < 30; ++clip) {
    candidate.scores[2 * clip] = 0;
    candidate.scores[2 * clip + 1] = 1;
  }
  const Comparison result = compare(reference, candidate, {.resamples = 1000});
  EXPECT_NEAR(result.accuracy_difference, -0.03, 1e-12);
  EXPECT_NEAR(result.difference_interval.low, -0.03 - 1.96 * 0.0054, 0.002);
  EXPECT_NEAR(result.difference_interval.high, -0.03 + 1.96 * 0.0054, 0.002);
  EXPECT_LT(result.mcnemar_p, 1e-8);
}

TEST(Compare, GivesTheSameIntervalForTheSameSeed) {
  const auto once = compare(six_clips(), changed_clips(), {.seed = 5});
  const auto again = compare(six_clips(), changed_clips(), {.seed = 5});
  EXPECT_EQ(once.difference_interval.low, again.difference_interval.low);
  EXPECT_EQ(once.difference_interval.high, again.difference_interval.high);
  EXPECT_LT(once.difference_interval.low, 0);
  EXPECT_GT(once.difference_interval.high, 0);
}

// 2·(C(10,0) + C(10,1) + C(10,2)) / 2^10 = 2·56/1024.
TEST(McNemar, EqualsTheBinomialSumWorkedByHand) {
  EXPECT_NEAR(mcnemar_exact_p(2, 8), 0.109375, 1e-12);
  EXPECT_NEAR(mcnemar_exact_p(8, 2), 0.109375, 1e-12);
  EXPECT_EQ(mcnemar_exact_p(5, 5), 1);
  EXPECT_EQ(mcnemar_exact_p(0, 0), 1);
}

TEST(McNemar, StaysFiniteForManyClips) {
  const double p = mcnemar_exact_p(5000, 5200);
  EXPECT_GT(p, 0.04);  // normal approximation with continuity: |200| - 1 over sqrt(10200) gives z = 1.970
  EXPECT_LT(p, 0.055);
}

TEST(Compare, RefusesModelsWithOtherClasses) {
  auto other = six_clips();
  std::swap(other.labels[0], other.labels[1]);
  expect_invalid([&] { compare(six_clips(), other); }, "same class names in the same order");
}

TEST(Compare, RefusesAnotherNumberOfClips) {
  auto other = six_clips();
  other.clips.pop_back();
  other.truth.pop_back();
  other.scores.resize(15);
  expect_invalid([&] { compare(six_clips(), other); }, "got 6 and 5");
}

TEST(Compare, NamesTheFirstClipThatDiffers) {
  auto other = six_clips();
  other.clips[3] = "z.wav";
  expect_invalid([&] { compare(six_clips(), other); },
                 "clip 3 to be the same for both models, got 'd.wav' and 'z.wav'");
  other = six_clips();
  other.truth[1] = 2;
  expect_invalid([&] { compare(six_clips(), other); }, "(labels 0 and 2)");
}

TEST(Compare, RefusesInvalidInputAndOptions) {
  auto broken = six_clips();
  broken.scores[0] = 2;
  expect_invalid([&] { compare(six_clips(), broken); }, "got 2 for clip 'a.wav'");
  expect_invalid([&] { compare(six_clips(), six_clips(), {.resamples = 99}); },
                 "at least 100 bootstrap resamples, got 99");
  expect_invalid([&] { compare(six_clips(), six_clips(), {.confidence = 0}); }, "confidence inside (0, 1), got 0");
}

}  // namespace
}  // namespace mote::evaluate
