#include "targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "mixup.h"
#include "mote/base/error.h"

namespace mote::trainer {
namespace {

using ::testing::ElementsAre;

TEST(Targets, SpreadTheSmoothedShareOverAllClasses) {
  std::vector<float> targets(8);
  fill_targets(std::vector<std::int32_t>{2, 0}, 4, 0.4, targets);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(targets[i], i == 2 || i == 4 ? 0.7 : 0.1, 1e-6);
}

TEST(Targets, RefuseALabelOutOfRange) {
  std::vector<float> targets(3);
  EXPECT_THROW(fill_targets(std::vector<std::int32_t>{3}, 3, 0.0, targets), Error);
  EXPECT_THROW(fill_targets(std::vector<std::int32_t>{-1}, 3, 0.0, targets), Error);
}

TEST(ClassWeights, AreOneByDefault) {
  EXPECT_THAT(class_weights(ClassWeights::kNone, {1, 99}), ElementsAre(1, 1));
}

TEST(ClassWeights, GiveEveryClassTheSameWeightWhenBalanced) {
  EXPECT_THAT(class_weights(ClassWeights::kBalanced, {10, 30}), ElementsAre(2, 40.0F / 60));
}

TEST(ClassWeights, LeaveAClassWithoutSamplesAlone) {
  EXPECT_THAT(class_weights(ClassWeights::kBalanced, {10, 0, 30}), ElementsAre(2, 1, 40.0F / 60));
}

TEST(Mixup, DrawsSharesWithTheMomentsOfTheBetaDistribution) {
  for (double alpha : {0.2, 1.0, 4.0}) {
    Rng rng = Rng::derive(1, "beta");
    double sum = 0, squares = 0;
    constexpr int kDraws = 20000;
    for (int i = 0; i < kDraws; ++i) {
      const double share = draw_beta(alpha, rng);
      sum += share;
      squares += (share - 0.5) * (share - 0.5);
    }
    EXPECT_NEAR(sum / kDraws, 0.5, 0.01) << alpha;
    EXPECT_NEAR(squares / kDraws, 0.25 / (2 * alpha + 1), 0.01) << alpha;
  }
}

TEST(Mixup, DrawsFiniteSharesForATinyAlpha) {
  Rng rng = Rng::derive(1, "beta");
  for (int i = 0; i < 1000; ++i) {
    const double share = draw_beta(1e-4, rng);
    EXPECT_TRUE(share >= 0 && share <= 1) << share;
  }
}

TEST(Mixup, BlendsRowsWithTheOriginalsOfTheirPartners) {
  const MixupPlan plan{{1, 0}, {0.75F, 0.5F}};
  std::vector<float> rows{0, 4, 8, 12}, copy(4);
  mix_rows(plan, rows, copy);
  EXPECT_THAT(rows, ElementsAre(2, 6, 4, 8));
}

TEST(Mixup, PlansAPermutationInWhichSamplesStayMostlyThemselves) {
  Rng rng = Rng::derive(1, "plan");
  const MixupPlan plan = plan_mixup(0.3, 50, rng);
  std::vector<std::size_t> sorted = plan.partner;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(sorted[i], i);
  for (float share : plan.share) EXPECT_TRUE(share >= 0.5F && share <= 1.0F) << share;
}

}  // namespace
}  // namespace mote::trainer
