#include "mote/evaluate/roc.h"

#include "mote/base/rng.h"
#include "sample.h"

namespace mote::evaluate {
namespace {

using test::expect_invalid;
using test::six_clips;

// "yes": its clips score .8 .6 .3, the others .2 .9 .1: 6 of 9 pairs are in order.
TEST(Roc, AreaIsTheShareOfPairsInOrder) {
  const RocCurve curve = roc_one_vs_rest(six_clips(), 0);
  ASSERT_TRUE(curve.auc);
  EXPECT_NEAR(*curve.auc, 6.0 / 9, 1e-12);
}

TEST(Roc, RunsFromTheOriginToTheCornerWithFallingThresholds) {
  const auto points = roc_one_vs_rest(six_clips(), 0).points;
  ASSERT_EQ(points.size(), 7U);
  EXPECT_EQ(points.front().true_positive_rate, 0);
  EXPECT_EQ(points.front().false_positive_rate, 0);
  EXPECT_EQ(points.back().true_positive_rate, 1);
  EXPECT_EQ(points.back().false_positive_rate, 1);
  for (std::size_t i = 1; i < points.size(); ++i) EXPECT_LT(points[i].threshold, points[i - 1].threshold);
}

TEST(Roc, CountsEqualScoresHalf) {
  const Predictions same{{"a", "b"}, {"w", "x", "y", "z"}, {0, 0, 1, 1}, {.5F, .5F, .5F, .5F, .5F, .5F, .5F, .5F}};
  const RocCurve curve = roc_one_vs_rest(same, 0);
  EXPECT_EQ(curve.points.size(), 2U);
  EXPECT_NEAR(*curve.auc, 0.5, 1e-12);
}

TEST(Roc, AreaEqualsTheCountOfPairsOnScoresWithManyTies) {
  Predictions predictions{{"a", "b"}, {}, {}, {}};
  Rng rng(4);
  for (int clip = 0; clip < 200; ++clip) {
    predictions.clips.push_back(std::to_string(clip));
    predictions.truth.push_back(static_cast<int>(rng.below(2)));
    const float score = static_cast<float>(rng.below(12)) / 12;
    predictions.scores.insert(predictions.scores.end(), {score, 1 - score});
  }
  double in_order = 0;
  double pairs = 0;
  for (std::size_t p = 0; p < 200; ++p) {
    for (std::size_t q = 0; q < 200; ++q) {
      if (predictions.truth[p] != 0 || predictions.truth[q] == 0) continue;
      const float a = predictions.scores_of(p)[0];
      const float b = predictions.scores_of(q)[0];
      in_order += a > b ? 1 : a == b ? 0.5 : 0;
      pairs += 1;
    }
  }
  EXPECT_NEAR(*roc_one_vs_rest(predictions, 0).auc, in_order / pairs, 1e-12);
}

TEST(Roc, IsAbsentForAClassWithoutClips) {
  const RocCurve curve = roc_one_vs_rest(six_clips(), 2);
  EXPECT_FALSE(curve.auc);
  EXPECT_TRUE(curve.points.empty());
}

TEST(Roc, RefusesAClassTheModelDoesNotHave) {
  expect_invalid([] { roc_one_vs_rest(six_clips(), 3); }, "wanted a class in [0, 3), got 3");
  expect_invalid([] { roc_one_vs_rest(six_clips(), -1); }, "got -1");
}

}  // namespace
}  // namespace mote::evaluate
