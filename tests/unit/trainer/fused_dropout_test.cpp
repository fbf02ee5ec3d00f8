// The masks that both programs share: drawn by a hash of counters, so they have to look random by themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "dropout_mask.h"

namespace mote::trainer {
namespace {

std::vector<float> mask_of(const DropoutKey& key, std::int64_t sample, float rate) {
  std::vector<float> mask(20000);
  fill_dropout_mask(key, rate, sample, mask);
  return mask;
}

double dropped_share(const std::vector<float>& mask) {
  return static_cast<double>(std::count(mask.begin(), mask.end(), 0.0F)) / static_cast<double>(mask.size());
}

// Share of elements that both masks drop.
double dropped_by_both(const std::vector<float>& a, const std::vector<float>& b, std::size_t shift = 0) {
  std::size_t both = 0;
  for (std::size_t i = 0; i + shift < a.size(); ++i) both += a[i] == 0.0F && b[i + shift] == 0.0F ? 1 : 0;
  return static_cast<double>(both) / static_cast<double>(a.size() - shift);
}

TEST(DropoutMask, DropsTheShareItWasAskedForAndScalesTheRest) {
  for (float rate : {0.1F, 0.5F, 0.9F}) {
    const std::vector<float> mask = mask_of({1, 2, 3}, 4, rate);
    EXPECT_NEAR(dropped_share(mask), rate, 0.015);
    EXPECT_FLOAT_EQ(*std::max_element(mask.begin(), mask.end()), 1.0F / (1.0F - rate));
  }
  EXPECT_EQ(dropped_share(mask_of({1, 2, 3}, 4, 0.0F)), 0.0);
}

TEST(DropoutMask, DiffersBySeedStepNodeAndSampleWithoutCorrelation) {
  const std::vector<float> mask = mask_of({1, 2, 3}, 4, 0.5F);
  for (const DropoutKey& key : {DropoutKey{9, 2, 3}, DropoutKey{1, 3, 3}, DropoutKey{1, 2, 4}}) {
    EXPECT_NEAR(dropped_by_both(mask, mask_of(key, 4, 0.5F)), 0.25, 0.015);
  }
  EXPECT_NEAR(dropped_by_both(mask, mask_of({1, 2, 3}, 5, 0.5F)), 0.25, 0.015);
  for (std::size_t shift : {1U, 2U, 16U, 64U}) EXPECT_NEAR(dropped_by_both(mask, mask, shift), 0.25, 0.015);
}

}  // namespace
}  // namespace mote::trainer
