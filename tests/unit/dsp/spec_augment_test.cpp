#include "mote/dsp/spec_augment.h"

#include <gtest/gtest.h>

#include <vector>

#include "mote/base/error.h"

namespace mote::dsp {
namespace {

constexpr FeatureShape kShape{49, 41};  // 40 mels and an energy
constexpr std::int64_t kMels = 40;

std::vector<float> augmented(const SpecAugmentSettings& settings, std::uint64_t seed) {
  std::vector<float> base(static_cast<std::size_t>(kShape.size()), -5.0F);
  base[0] = -6.0F;
  Rng rng(seed);
  spec_augment(settings, rng, kShape, kMels, base);
  return base;
}

TEST(SpecAugment, OffChangesNothing) {
  EXPECT_EQ(augmented({}, 1), augmented({}, 2));
  EXPECT_EQ(augmented({}, 1)[1], -5.0F);
}

TEST(SpecAugment, TheSameSeedGivesTheSameMasks) {
  const SpecAugmentSettings settings{.probability = 1.0};
  EXPECT_EQ(augmented(settings, 7), augmented(settings, 7));
  EXPECT_NE(augmented(settings, 7), augmented(settings, 8));
}

TEST(SpecAugment, BlanksBarsOfTimeOnMelsOnly) {
  const SpecAugmentSettings settings{.probability = 1.0, .time_masks = 1, .time_max_frames = 6, .mel_masks = 0};
  std::int64_t longest = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto base = augmented(settings, seed);
    std::int64_t blank = 0;
    for (std::int64_t t = 0; t < kShape.frames; ++t) {
      const float* row = base.data() + t * kShape.coefficients;
      EXPECT_EQ(row[kMels], -5.0F);
      EXPECT_EQ(row[5] == 0.0F, row[kMels - 1] == 0.0F);
      blank += row[5] == 0.0F ? 1 : 0;
    }
    longest = std::max(longest, blank);
    EXPECT_LE(blank, 6);
  }
  EXPECT_EQ(longest, 6);
}

TEST(SpecAugment, FillsBandsWithTheClipsMean) {
  const SpecAugmentSettings settings{.probability = 1.0, .time_masks = 0, .mel_masks = 1, .mel_max_bands = 40};
  const auto base = augmented(settings, 3);
  const auto mean = static_cast<float>((-5.0 * (49 * 40 - 1) - 6.0) / (49 * 40));
  std::int64_t filled = 0;
  for (std::int64_t m = 0; m < kMels; ++m) filled += base[static_cast<std::size_t>(kShape.coefficients + m)] == mean;
  EXPECT_GT(filled, 0);
  EXPECT_EQ(base[static_cast<std::size_t>(kMels)], -5.0F);
}

TEST(SpecAugment, MasksLongerThanTheClipFit) {
  const SpecAugmentSettings settings{
      .probability = 1.0, .time_masks = 3, .time_max_frames = 1000, .mel_masks = 3, .mel_max_bands = 1000};
  EXPECT_EQ(augmented(settings, 5)[static_cast<std::size_t>(kMels)], -5.0F);
}

TEST(SpecAugment, NamesSettingsOutOfRange) {
  EXPECT_THROW(SpecAugmentSettings{.probability = 1.5}.validate(), Error);
  EXPECT_THROW(SpecAugmentSettings{.time_masks = -1}.validate(), Error);
  EXPECT_THROW(SpecAugmentSettings{.time_max_frames = -1}.validate(), Error);
  EXPECT_THROW(SpecAugmentSettings{.mel_masks = 1001}.validate(), Error);
  EXPECT_THROW(SpecAugmentSettings{.mel_max_bands = -1}.validate(), Error);
}

}  // namespace
}  // namespace mote::dsp
