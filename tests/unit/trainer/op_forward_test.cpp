// forward() of the ops against small cases worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "op_harness.h"

namespace mote::trainer::test {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

TEST(Conv2d, PadsTheEndWithTheOddCell) {
  graph::Conv2d op;
  op.padding = graph::Padding::kSame;
  OpHarness harness(op, {{1, 1, 3, 1}, {1, 1, 2, 1}, {1}}, {1, 2}, 1);
  harness.input(0) = {1, 2, 3};
  harness.input(1) = {10, 1};
  harness.input(2) = {0.5F};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(12.5F, 23.5F, 30.5F));
}

TEST(DepthwiseConv2d, ReadsOneInputChannelForEachGroupOfOutputs) {
  OpHarness harness(graph::DepthwiseConv2d{}, {{1, 1, 1, 2}, {1, 1, 1, 4}, {4}}, {1, 2}, 1);
  harness.input(0) = {2, 3};
  harness.input(1) = {1, 10, 100, 1000};
  harness.input(2) = {0, 1, 0, 1};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(2, 21, 300, 3001));
}

TEST(Dense, ClipsAtSixWithRelu6) {
  graph::Dense op;
  op.activation = graph::Activation::kRelu6;
  OpHarness harness(op, {{1, 2}, {3, 2}}, {1}, 1);
  harness.input(0) = {1, 2};
  harness.input(1) = {1, 1, -1, 0, 5, 5};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(3, 0, 6));
}

TEST(Pool2d, LeavesPaddedCellsOutOfAnAverage) {
  graph::Pool2d op;
  op.kernel_w = 2;
  op.padding = graph::Padding::kSame;
  OpHarness harness(op, {{1, 1, 3, 1}}, {}, 1);
  harness.input(0) = {1, 2, 4};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(1.5F, 3, 4));
}

TEST(Pool2d, TakesTheMaximumOfNegativeValues) {
  graph::Pool2d op;
  op.kind = graph::PoolKind::kMax;
  op.kernel_w = 2;
  OpHarness harness(op, {{1, 1, 3, 1}}, {}, 1);
  harness.input(0) = {-5, -2, -4};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(-2, -2));
}

TEST(Reduce, TakesTheMeanOverTheAxesNamed) {
  graph::Reduce op;
  op.axes = {1};
  OpHarness harness(op, {{1, 2, 3}}, {}, 1);
  harness.input(0) = {1, 2, 3, 5, 6, 7};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(3, 4, 5));
}

TEST(Concat, JoinsChannelsCellByCell) {
  OpHarness harness(graph::Concat{3}, {{1, 1, 2, 1}, {1, 1, 2, 2}}, {}, 1);
  harness.input(0) = {1, 2};
  harness.input(1) = {3, 4, 5, 6};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(1, 3, 4, 2, 5, 6));
}

TEST(Pad, PutsZerosAround) {
  OpHarness harness(graph::Pad{{0, 1, 0}, {0, 0, 1}}, {{1, 1, 2}}, {}, 1);
  harness.input(0) = {1, 2};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(0, 0, 0, 1, 2, 0));
}

TEST(Softmax, StaysFiniteForLargeInputs) {
  OpHarness harness(graph::Softmax{}, {{1, 2}}, {}, 1);
  harness.input(0) = {1000, 1000};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(0.5F, 0.5F));
}

TEST(BatchNorm, NormalizesByTheBatchInTrainingWhateverItsOffset) {
  OpHarness harness(graph::BatchNorm{1e-9F, 0.0F}, {{1, 1}, {1}, {1}, {1}, {1}}, {1, 2, 3, 4}, 4);
  harness.input(0) = {10001, 10003, 10001, 10003};
  harness.input(1) = {2};
  harness.input(2) = {5};
  harness.run_forward();
  EXPECT_THAT(harness.output(), Pointwise(FloatNear(1e-5F), {3.0F, 7.0F, 3.0F, 7.0F}));
}

TEST(BatchNorm, MovesItsStatisticsByTheMomentumOfTheStep) {
  OpHarness harness(graph::BatchNorm{1e-3F, 0.99F}, {{1, 1}, {1}, {1}, {1}, {1}}, {1, 2, 3, 4}, 2);
  harness.input(0) = {4, 8};
  harness.input(3) = {0};
  harness.input(4) = {1};
  harness.run_forward();  // step 3: keeps (1 + 3)/(10 + 3)
  EXPECT_NEAR(harness.input(3)[0], 6.0 * 9 / 13, 1e-6);
  EXPECT_NEAR(harness.input(4)[0], 4.0 / 13 + 4.0 * 9 / 13, 1e-6);
}

TEST(BatchNorm, UsesItsMovingStatisticsInInference) {
  OpHarness harness(graph::BatchNorm{0.25F, 0.9F}, {{1, 1}, {1}, {1}, {1}, {1}}, {1, 2, 3, 4}, 2);
  harness.mode = RunMode::kInference;
  harness.input(0) = {3, 5};
  harness.input(1) = {2};
  harness.input(2) = {1};
  harness.input(3) = {3};
  harness.input(4) = {3.75F};
  harness.run_forward();
  EXPECT_THAT(harness.output(), ElementsAre(1, 3));
  EXPECT_THAT(harness.input(3), ElementsAre(3));
}

TEST(Dropout, LeavesEverythingAloneInInference) {
  OpHarness harness(graph::Dropout{0.5F}, {{1, 64}}, {}, 1);
  harness.mode = RunMode::kInference;
  harness.run_forward();
  EXPECT_EQ(harness.output(), harness.input(0));
}

TEST(Dropout, DropsTheShareAndScalesTheRest) {
  std::vector<float> mask(100000);
  fill_dropout_mask({1, 2, 3}, 0.2F, 0, mask);
  const auto dropped = std::count(mask.begin(), mask.end(), 0.0F);
  EXPECT_NEAR(static_cast<double>(dropped), 20000.0, 600.0);
  EXPECT_EQ(std::count(mask.begin(), mask.end(), 1.25F) + dropped, 100000);
}

TEST(Dropout, DrawsAnotherMaskForEachSampleStepAndNode) {
  const auto mask_of = [](const DropoutKey& key, std::int64_t sample) {
    std::vector<float> mask(64);
    fill_dropout_mask(key, 0.5F, sample, mask);
    return mask;
  };
  const auto first = mask_of({1, 2, 3}, 4);
  EXPECT_EQ(first, mask_of({1, 2, 3}, 4));
  EXPECT_NE(first, mask_of({1, 2, 3}, 5));
  EXPECT_NE(first, mask_of({1, 2, 4}, 4));
  EXPECT_NE(first, mask_of({1, 3, 3}, 4));
  EXPECT_NE(first, mask_of({2, 2, 3}, 4));
}

}  // namespace
}  // namespace mote::trainer::test
