#include "mote/base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace mote {
namespace {

TEST(Rng, AStreamIsNamedByItsKeysAndNotByTheOrderOfCalls) {
  Rng first = Rng::derive(1, "augment", {7, 3});
  Rng::derive(1, "augment", {8, 3}).next();
  Rng again = Rng::derive(1, "augment", {7, 3});
  EXPECT_EQ(first.next(), again.next());
}

TEST(Rng, PurposeAndEveryKeyChangeTheStream) {
  const auto value = [](std::uint64_t seed, const char* purpose, std::uint64_t a, std::uint64_t b) {
    return Rng::derive(seed, purpose, {a, b}).next();
  };
  const std::uint64_t base = value(1, "augment", 7, 3);
  EXPECT_NE(base, value(2, "augment", 7, 3));
  EXPECT_NE(base, value(1, "shuffle", 7, 3));
  EXPECT_NE(base, value(1, "augment", 3, 7));
}

TEST(Rng, BelowReachesEveryValueAndNoOther) {
  Rng rng(5);
  std::vector<int> counts(7);
  for (int i = 0; i < 7000; ++i) ++counts.at(rng.below(7));
  for (int count : counts) EXPECT_NEAR(count, 1000, 150);
}

TEST(Rng, NormalHasMeanZeroAndVarianceOne) {
  Rng rng(9);
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) {
    const double value = rng.normal();
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.03);
  EXPECT_NEAR(squares / kDraws, 1, 0.05);
}

TEST(Rng, ShuffleKeepsEveryItem) {
  std::vector<int> items(100);
  std::iota(items.begin(), items.end(), 0);
  Rng(3).shuffle(std::span(items));
  EXPECT_NE(items[0] * 100 + items[1], 1);
  std::sort(items.begin(), items.end());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(items[static_cast<std::size_t>(i)], i);
}

TEST(Rng, ContinuesFromItsSavedState) {
  Rng rng(11);
  rng.next();
  Rng copy = Rng::from_state(rng.state());
  EXPECT_EQ(rng.next(), copy.next());
}

}  // namespace
}  // namespace mote
