#include "mote/plan/memory_map.h"

#include <gtest/gtest.h>

#include <vector>

#include "mote/base/rng.h"

namespace mote::plan {
namespace {

bool overlap(const Block& a, const Block& b) {
  return a.offset_bytes < b.offset_bytes + b.size_bytes && b.offset_bytes < a.offset_bytes + a.size_bytes;
}

std::vector<Block> random_blocks(std::uint64_t seed) {
  Rng rng = Rng::derive(seed, "blocks");
  std::vector<Block> blocks;
  for (int i = 0; i < 40; ++i) {
    const auto first = static_cast<std::int32_t>(rng.below(20));
    blocks.push_back(
        {static_cast<std::int64_t>(1 + rng.below(5000)), first, first + static_cast<std::int32_t>(rng.below(6)), 0});
  }
  return blocks;
}

TEST(MemoryMap, NeverOverlapsBlocksThatLiveTogether) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::vector<Block> blocks = random_blocks(seed);
    const std::int64_t arena_bytes = place_by_size(blocks);
    for (std::size_t a = 0; a < blocks.size(); ++a) {
      EXPECT_EQ(blocks[a].offset_bytes % kArenaAlignmentBytes, 0);
      EXPECT_LE(blocks[a].offset_bytes + blocks[a].size_bytes, arena_bytes);
      for (std::size_t b = 0; b < a; ++b)
        EXPECT_FALSE(blocks[a].lives_with(blocks[b]) && overlap(blocks[a], blocks[b]));
    }
  }
}

TEST(MemoryMap, NeverNeedsLessThanTheLowerBound) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::vector<Block> blocks = random_blocks(seed);
    const std::int64_t arena_bytes = place_by_size(blocks);
    EXPECT_GE(arena_bytes, lower_bound_bytes(blocks));
    EXPECT_LE(arena_bytes, 2 * lower_bound_bytes(blocks));
  }
}

TEST(MemoryMap, PutsAChainOfTwoIntoTheirSum) {
  std::vector<Block> blocks{{100, 0, 1, 0}, {60, 1, 2, 0}, {100, 2, 3, 0}};
  EXPECT_EQ(place_by_size(blocks), 112 + 64);
  EXPECT_EQ(lower_bound_bytes(blocks), 112 + 64);
  EXPECT_EQ(blocks[0].offset_bytes, blocks[2].offset_bytes);
}

TEST(MemoryMap, ChoosesTheSmallestGapThatFits) {
  // Two pillars live throughout; between and behind them gaps of 96 and 32 bytes open at step 1.
  std::vector<Block> blocks{{400, 0, 2, 0}, {96, 0, 0, 0},  {300, 0, 2, 0},
                            {32, 0, 0, 0},  {200, 0, 2, 0}, {20, 1, 1, 0}};
  place_by_size(blocks);
  for (std::size_t other = 0; other < 5; ++other) {
    EXPECT_FALSE(blocks[5].lives_with(blocks[other]) && overlap(blocks[5], blocks[other]));
  }
  EXPECT_LE(blocks[5].offset_bytes, 400 + 304 + 208);
}

TEST(MemoryMap, NeedsNothingForNoBlocks) {
  EXPECT_EQ(place_by_size({}), 0);
  EXPECT_EQ(place({}, {}), 0);
  EXPECT_EQ(lower_bound_bytes({}), 0);
}

struct Case {
  std::vector<Block> blocks;
  std::vector<SharedStep> shared;
};

// A chain of steps, some of which may write over what they read, with scratch and blocks that live across it.
Case random_chain(std::uint64_t seed) {
  Rng rng = Rng::derive(seed, "chain");
  Case result;
  const auto bytes = [&] { return static_cast<std::int64_t>(1 + rng.below(3000)); };
  for (std::int32_t step = 0; step < 12; ++step) {
    result.blocks.push_back({bytes(), step, step + 1, 0, kActivationAlignmentBytes});
    if (step == 0 || rng.chance(0.3)) continue;
    const auto distance = static_cast<std::int64_t>(rng.below(800)) - 300;
    result.shared.push_back(
        {step - 1, step, distance, rng.chance(0.7) ? 1 : static_cast<std::int64_t>(rng.below(300) + 1)});
  }
  for (int i = 0; i < 4; ++i) {
    const auto first = static_cast<std::int32_t>(rng.below(12));
    result.blocks.push_back({bytes(), first, first + static_cast<std::int32_t>(rng.below(5)), 0, kArenaAlignmentBytes});
  }
  return result;
}

TEST(Placement, IsValidNeverWorseThanBySizeAndNeverBelowTheBound) {
  std::int64_t sum = 0;
  std::int64_t by_size_sum = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Case one = random_chain(seed);
    std::vector<Block> apart = one.blocks;
    const std::int64_t by_size = place_by_size(apart);
    const std::int64_t arena_bytes = place(one.blocks, one.shared);
    EXPECT_TRUE(is_valid_placement(one.blocks, one.shared)) << seed;
    for (const Block& block : one.blocks) EXPECT_LE(block.offset_bytes + block.size_bytes, arena_bytes);
    EXPECT_LE(arena_bytes, by_size);
    EXPECT_GE(arena_bytes, lower_bound_bytes(one.blocks, one.shared));
    EXPECT_EQ(arena_bytes % kArenaAlignmentBytes, 0);
    sum += arena_bytes;
    by_size_sum += by_size;
  }
  EXPECT_LT(sum, by_size_sum * 9 / 10);
}

TEST(Placement, IsTheSameEachTime) {
  Case one = random_chain(5);
  Case two = random_chain(5);
  place(one.blocks, one.shared);
  place(two.blocks, two.shared);
  for (std::size_t i = 0; i < one.blocks.size(); ++i) EXPECT_EQ(one.blocks[i].offset_bytes, two.blocks[i].offset_bytes);
}

TEST(Placement, LaysAGrowingOutputDiagonallyUnderItsInput) {
  std::vector<Block> blocks{{1000, 0, 0, 0, 4}, {2000, 0, 1, 0, 4}};
  const std::vector<SharedStep> shared{{0, 1, 1400, 1}};
  EXPECT_EQ(place(blocks, shared), 2400);
  EXPECT_EQ(lower_bound_bytes(blocks, shared), 2400);
  EXPECT_EQ(blocks[0].offset_bytes - blocks[1].offset_bytes, 1400);
}

TEST(Placement, LetsAChainSlideThroughMemory) {
  std::vector<Block> blocks;
  std::vector<SharedStep> shared;
  for (std::int32_t step = 0; step < 6; ++step) {
    blocks.push_back({8000, step, step + 1, 0, 4});
    if (step > 0) shared.push_back({step - 1, step, 320, 1});
  }
  EXPECT_EQ(place(blocks, shared), 8000 + 5 * 320);
}

TEST(Placement, KeepsToMultiplesOfADistance) {
  std::vector<Block> blocks{{400, 0, 0, 0, 4}, {700, 0, 1, 0, 4}};
  const std::vector<SharedStep> shared{{0, 1, 60, 100}};
  EXPECT_EQ(place(blocks, shared), 704);
  const std::int64_t distance = blocks[0].offset_bytes - blocks[1].offset_bytes;
  EXPECT_TRUE(distance >= 100 && distance % 100 == 0) << distance;
}

TEST(Placement, IsInvalidWhereABlockDestroysAnother) {
  std::vector<Block> blocks{{100, 0, 1, 0}, {100, 1, 2, 16}};
  EXPECT_FALSE(is_valid_placement(blocks, {}));
  EXPECT_FALSE(is_valid_placement(blocks, std::vector<SharedStep>{{0, 1, 0, 1}}));
  EXPECT_TRUE(is_valid_placement(blocks, std::vector<SharedStep>{{0, 1, -16, 1}}));
  EXPECT_FALSE(is_valid_placement(blocks, std::vector<SharedStep>{{0, 1, -16, 3}}));
  blocks[1].first_step = 2;
  EXPECT_TRUE(is_valid_placement(blocks, {}));
  blocks[1].offset_bytes = 8;
  EXPECT_FALSE(is_valid_placement(blocks, {})) << "not aligned";
}

}  // namespace
}  // namespace mote::plan
