#include "batch_maker.h"

#include <gtest/gtest.h>

#include "mote/base/error.h"
#include "prefetcher.h"
#include "synthetic_source.h"

namespace mote::trainer {
namespace {

TrainSettings with_batch(std::int32_t batch) {
  TrainSettings settings;
  settings.batch = batch;
  return settings;
}

TEST(BatchMaker, CutsAnEpochIntoBatchesOfNearlyEqualSize) {
  test::SyntheticSource source(2, 2, 33, 0);
  BatchMaker maker(source, with_batch(16));
  ASSERT_EQ(maker.batches(), 3);
  source.begin_epoch(0);
  MadeBatch batch;
  for (std::int64_t i = 0; i < 3; ++i) {
    maker.make(0, i, batch);
    EXPECT_EQ(batch.samples, 11);
    EXPECT_LE(batch.samples, maker.largest_batch());
  }
}

TEST(BatchMaker, MakesTheSameBatchWhicheverCameBefore) {
  test::SyntheticSource source(2, 2, 64, 0);
  TrainSettings settings = with_batch(16);
  settings.mixup_alpha = 0.5;
  BatchMaker maker(source, settings);
  source.begin_epoch(3);
  MadeBatch a, b;
  maker.make(3, 2, a);
  maker.make(3, 0, b);
  maker.make(3, 2, b);
  EXPECT_EQ(a.inputs, b.inputs);
  EXPECT_EQ(a.targets, b.targets);
  source.begin_epoch(4);
  maker.make(4, 2, b);
  EXPECT_NE(a.inputs, b.inputs);
}

TEST(BatchMaker, WeighsRareClassesMore) {
  test::SyntheticSource source(2, 2, 3, 0);  // labels 0, 1, 0
  TrainSettings settings = with_batch(3);
  settings.class_weights = ClassWeights::kBalanced;
  BatchMaker maker(source, settings);
  source.begin_epoch(0);
  MadeBatch batch;
  maker.make(0, 0, batch);
  for (std::size_t n = 0; n < 3; ++n) EXPECT_FLOAT_EQ(batch.weights[n], batch.labels[n] == 1 ? 1.5F : 0.75F);
}

TEST(BatchMaker, WantsTwoClasses) {
  test::SyntheticSource source(2, 1, 3, 0);
  EXPECT_THROW(BatchMaker(source, with_batch(2)), Error);
}

TEST(Prefetcher, HandsOutBatchesInOrderAndMakesOneAhead) {
  std::atomic<int> made = 0;
  Prefetcher prefetcher([&](std::int32_t epoch, std::int64_t number, MadeBatch& batch) {
    batch.samples = 100 * epoch + number;
    ++made;
  });
  for (std::int32_t epoch : {1, 2}) {
    prefetcher.begin(epoch, 2, 5);
    for (std::int64_t number = 2; number < 5; ++number) EXPECT_EQ(prefetcher.take().samples, 100 * epoch + number);
  }
  EXPECT_EQ(made, 6);
}

TEST(Prefetcher, ThrowsWhatTheMakerThrewWhenTheBatchIsTaken) {
  Prefetcher prefetcher([](std::int32_t, std::int64_t number, MadeBatch&) {
    if (number == 1) throw std::runtime_error("no such clip");
  });
  prefetcher.begin(0, 0, 3);
  EXPECT_NO_THROW(prefetcher.take());
  EXPECT_THROW(prefetcher.take(), std::runtime_error);
}

TEST(Prefetcher, CanBeDroppedWhileItWorks) {
  Prefetcher prefetcher([](std::int32_t, std::int64_t, MadeBatch&) {});
  prefetcher.begin(0, 0, 1000);
}

}  // namespace
}  // namespace mote::trainer
