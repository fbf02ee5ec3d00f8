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
  EXPECT_EQ(lower_bound_bytes({}), 0);
}

}  // namespace
}  // namespace mote::plan
