#include "mote/data/epoch_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "test_files.h"

namespace mote::data {
namespace {

std::vector<Origin> recorded(std::size_t clips) {
  return std::vector<Origin>(clips, Origin::kRecorded);
}

std::map<std::int64_t, int> count_clips(const EpochPlan& plan, std::int64_t epochs) {
  std::map<std::int64_t, int> counts;
  for (std::int64_t e = 0; e < epochs; ++e) {
    for (const Pick& pick : plan.epoch(e)) ++counts[pick.clip];
  }
  return counts;
}

TEST(EpochPlan, UsesEveryClipEquallyOftenAcrossEpochs) {
  const EpochPlan plan(std::vector<std::int32_t>(10, 0), recorded(10), {.batch = 4});
  EXPECT_EQ(plan.batches(), 2);
  const auto counts = count_clips(plan, 5);  // 40 places for 10 clips
  ASSERT_EQ(counts.size(), 10U);
  for (const auto& [clip, count] : counts) EXPECT_EQ(count, 4) << clip;
}

TEST(EpochPlan, CountsTheVisitsOfAClip) {
  const EpochPlan plan(std::vector<std::int32_t>(6, 0), recorded(6), {.batch = 4});
  std::map<std::int64_t, std::int64_t> next;
  for (std::int64_t e = 0; e < 9; ++e) {
    for (const Pick& pick : plan.epoch(e)) EXPECT_EQ(pick.visit, next[pick.clip]++);
  }
}

TEST(EpochPlan, DependsOnSeedAndEpochAlone) {
  const std::vector<std::int32_t> labels(100, 0);
  const EpochPlan plan(labels, recorded(100), {.batch = 10, .seed = 1});
  const EpochPlan other(labels, recorded(100), {.batch = 10, .seed = 2});
  EXPECT_EQ(plan.epoch(7), plan.epoch(7));
  EXPECT_NE(plan.epoch(7), plan.epoch(8));
  EXPECT_NE(plan.epoch(7), other.epoch(7));
}

TEST(EpochPlan, GivesEachClassTheSameShareWhenBalanced) {
  std::vector<std::int32_t> labels(90, 0);
  labels.insert(labels.end(), 10, 1);
  const EpochPlan plan(labels, recorded(100), {.batch = 20, .balance = Balance::kClasses});
  std::map<std::int32_t, int> counts;
  for (const Pick& pick : plan.epoch(3)) ++counts[labels[static_cast<std::size_t>(pick.clip)]];
  EXPECT_EQ(counts[0], 50);
  EXPECT_EQ(counts[1], 50);
}

TEST(EpochPlan, HoldsTheShareOfRecordedClipsInEveryBatch) {
  std::vector<Origin> origins(100, Origin::kGenerated);
  std::fill_n(origins.begin(), 5, Origin::kRecorded);
  const EpochPlan plan(std::vector<std::int32_t>(100, 0), origins, {.batch = 10, .recorded_share = 0.3});
  for (std::int64_t e = 0; e < 3; ++e) {
    const std::vector<Pick> picks = plan.epoch(e);
    for (std::size_t b = 0; b < 10; ++b) {
      const auto batch = std::span(picks).subspan(b * 10, 10);
      EXPECT_EQ(std::ranges::count_if(batch, [](const Pick& pick) { return pick.clip < 5; }), 3);
    }
  }
}

TEST(EpochPlan, FillsOneBatchFromFewClips) {
  const EpochPlan plan({0, 1, 0}, recorded(3), {.batch = 8});
  EXPECT_EQ(plan.batches(), 1);
  EXPECT_EQ(plan.epoch(0).size(), 8U);
}

TEST(EpochPlan, RefusesEmptyAndUnequalLists) {
  test::expect_error(ErrorCode::kInvalid, {"got 0 labels"}, [] { EpochPlan({}, {}, {}); });
  test::expect_error(ErrorCode::kInvalid, {"1 labels and 2 origins"}, [] { EpochPlan({0}, recorded(2), {}); });
  test::expect_error(ErrorCode::kInvalid, {"train.batch"}, [] { EpochPlan({0}, recorded(1), {.batch = 0}); });
}

}  // namespace
}  // namespace mote::data
