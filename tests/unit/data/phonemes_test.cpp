#include "mote/data/phonemes.h"

#include <gtest/gtest.h>

namespace mote::data {
namespace {

TEST(PhonemeDistance, CountsInsertedDeletedAndReplacedSymbols) {
  EXPECT_EQ(phoneme_distance({"n", "oʊ"}, {"n", "oʊ"}), 0U);
  EXPECT_EQ(phoneme_distance({"n", "oʊ"}, {"ɡ", "oʊ"}), 1U);
  EXPECT_EQ(phoneme_distance({"oʊ"}, {"ɡ", "oʊ"}), 1U);
  EXPECT_EQ(phoneme_distance({"j", "ɛ", "s"}, {"l", "ɛ", "f", "t"}), 3U);
  EXPECT_EQ(phoneme_distance({}, {"a", "b"}), 2U);
}

TEST(ClosePairs, AreThoseAtMostOneSymbolApartInTheOrderOfTheWords) {
  const std::vector<std::string> words = {"no", "yes", "go", "know"};
  const std::vector<Phonemes> phonemes = {{"n", "oʊ"}, {"j", "ɛ", "s"}, {"ɡ", "oʊ"}, {"n", "oʊ"}};
  const std::vector<ClosePair> pairs = close_pairs(words, phonemes);
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_EQ(pairs[0].first + pairs[0].second, "nogo");
  EXPECT_EQ(pairs[0].distance, 1U);
  EXPECT_EQ(pairs[1].first + pairs[1].second, "noknow");
  EXPECT_EQ(pairs[1].distance, 0U);
  EXPECT_EQ(pairs[2].first + pairs[2].second, "goknow");
}

TEST(SoundsLikeOneOf, WantsTheSamePhonemes) {
  const std::vector<Phonemes> keywords = {{"n", "oʊ"}};
  EXPECT_TRUE(sounds_like_one_of({"n", "oʊ"}, keywords));
  EXPECT_FALSE(sounds_like_one_of({"n", "oʊ", "z"}, keywords));
}

}  // namespace
}  // namespace mote::data
