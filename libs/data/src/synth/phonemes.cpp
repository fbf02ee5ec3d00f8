#include "mote/data/phonemes.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace mote::data {

std::size_t phoneme_distance(const Phonemes& a, const Phonemes& b) {
  std::vector<std::size_t> row(b.size() + 1);  // row[j]: distance of the first i symbols of a to the first j of b
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::vector<ClosePair> close_pairs(std::span<const std::string> words, std::span<const Phonemes> phonemes) {
  assert(words.size() == phonemes.size());
  std::vector<ClosePair> pairs;
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t j = i + 1; j < words.size(); ++j) {
      const std::size_t distance = phoneme_distance(phonemes[i], phonemes[j]);
      if (distance <= 1) pairs.push_back({words[i], words[j], distance});
    }
  }
  return pairs;
}

bool sounds_like_one_of(const Phonemes& word, std::span<const Phonemes> keywords) {
  return std::find(keywords.begin(), keywords.end(), word) != keywords.end();
}

}  // namespace mote::data
