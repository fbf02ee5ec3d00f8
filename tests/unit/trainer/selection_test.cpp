#include "selection.h"

#include <gtest/gtest.h>

namespace mote::trainer {
namespace {

EpochRecord record(double accuracy, double loss) {
  EpochRecord result;
  result.validation_accuracy = accuracy;
  result.validation_loss = loss;
  return result;
}

TEST(Selection, TakesTheHighestAccuracyAndTheLowestLossAmongEquals) {
  const std::vector<EpochRecord> history{record(0.5, 1.0), record(0.7, 0.9), record(0.7, 0.8), record(0.7, 0.8),
                                         record(0.6, 0.1)};
  EXPECT_EQ(best_index(history), 2U);
}

TEST(Selection, LosesPatienceAfterThatManyEpochsWithoutABetterOne) {
  std::vector<EpochRecord> history{record(0.7, 1.0), record(0.6, 1.0)};
  EXPECT_FALSE(out_of_patience(history, 2));
  history.push_back(record(0.7, 1.0));
  EXPECT_TRUE(out_of_patience(history, 2));
  history.back() = record(0.7, 0.9);
  EXPECT_FALSE(out_of_patience(history, 2));
}

TEST(Selection, IsEndlesslyPatientWithZero) {
  const std::vector<EpochRecord> history(100, record(0.5, 1.0));
  EXPECT_FALSE(out_of_patience(history, 0));
  EXPECT_FALSE(out_of_patience({}, 3));
}

}  // namespace
}  // namespace mote::trainer
