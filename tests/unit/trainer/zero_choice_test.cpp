#include "zero_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mote::trainer {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

TEST(ZeroChoice, TakesTheLeastOfAllLayersTogether) {
  const std::vector<float> worth{5, 1, 4, 2, 9, 8, 7, 3};
  std::vector<float> mask(8);
  const std::vector<PrunedLayer> layers{{0, 4}, {4, 4}};
  choose_zeros(layers, worth, 3, 0.9, mask);
  EXPECT_THAT(mask, ElementsAre(1, 0, 1, 0, 1, 1, 1, 0));
}

TEST(ZeroChoice, TakesTheFirstOfEquals) {
  const std::vector<float> worth{1, 1, 1, 1};
  std::vector<float> mask(4);
  const PrunedLayer layer{0, 4};
  choose_zeros({&layer, 1}, worth, 2, 0.9, mask);
  EXPECT_THAT(mask, ElementsAre(0, 0, 1, 1));
}

TEST(ZeroChoice, LeavesEachLayerWhatTheLimitSays) {
  const std::vector<float> worth{1, 2, 3, 4, 9, 8, 7, 6};
  std::vector<float> mask(8);
  const std::vector<PrunedLayer> layers{{0, 4}, {4, 4}};
  choose_zeros(layers, worth, 4, 0.5, mask);
  EXPECT_THAT(mask, ElementsAre(0, 0, 1, 1, 1, 1, 0, 0));
}

TEST(ZeroChoice, TakesTheLeastOfEachGroupAndKeepsACutOne) {
  const std::vector<float> worth{4, 3, 2, 1, 0, 1, 2, 3, 4, 0};
  std::vector<float> mask(10);
  choose_group_zeros({0, 10, 5}, worth, 4, 2, mask);
  EXPECT_THAT(mask, ElementsAre(1, 1, 0, 0, 1, 0, 0, 1, 1, 1));
}

TEST(ZeroChoice, WeighsAWeightByThoseThatAreAsLargeOrLarger) {
  const std::vector<float> weights{3, -4, 0};
  std::vector<float> worth(3);
  layer_adaptive_magnitude(weights, worth);
  EXPECT_THAT(worth, ElementsAre(FloatNear(0.6F, 1e-6F), 1, 0));
}

TEST(ZeroChoice, WeighsAZeroLayerAsNothing) {
  const std::vector<float> weights{0, 0};
  std::vector<float> worth(2, 1.0F);
  layer_adaptive_magnitude(weights, worth);
  EXPECT_THAT(worth, ElementsAre(0, 0));
}

}  // namespace
}  // namespace mote::trainer
