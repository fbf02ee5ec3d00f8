#include "answer_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mote::trainer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<float> sample(int n) {
  return {static_cast<float>(n), 1.0F, -2.0F};
}

TEST(AnswerCache, FindsWhatItWasGivenAndNothingElse) {
  AnswerCache cache(100, 2);
  for (int n = 0; n < 50; ++n) cache.store(sample(n), std::vector<float>{static_cast<float>(n), 0.5F});
  for (int n = 0; n < 50; ++n) EXPECT_THAT(cache.find(sample(n)), ElementsAre(static_cast<float>(n), 0.5F));
  EXPECT_THAT(cache.find(sample(50)), IsEmpty());
}

TEST(AnswerCache, TellsSamplesApartByTheirOrder) {
  AnswerCache cache(4, 1);
  cache.store(std::vector<float>{1, 2}, std::vector<float>{7});
  EXPECT_THAT(cache.find(std::vector<float>{2, 1}), IsEmpty());
}

TEST(AnswerCache, KeepsTheFirstOnesWhenItIsFull) {
  AnswerCache cache(2, 1);
  for (int n = 0; n < 3; ++n) cache.store(sample(n), std::vector<float>{static_cast<float>(n)});
  EXPECT_THAT(cache.find(sample(1)), ElementsAre(1));
  EXPECT_THAT(cache.find(sample(2)), IsEmpty());
}

TEST(AnswerCache, WithoutRoomKnowsNothing) {
  AnswerCache cache(0, 1);
  cache.store(sample(0), std::vector<float>{1});
  EXPECT_THAT(cache.find(sample(0)), IsEmpty());
}

}  // namespace
}  // namespace mote::trainer
