// How words sound: to warn of keywords that are nearly the same, and to keep words that sound like a keyword out of the
// unknown class. The phonemes themselves come from Synthesizer::phonemes() (synth.h).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mote::data {

// IPA symbols without stress marks: {"j", "ɛ", "s"}. A long vowel or a diphthong is one symbol.
using Phonemes = std::vector<std::string>;

// Least number of symbols to insert, delete or replace to make one into the other (Levenshtein, 1966).
std::size_t phoneme_distance(const Phonemes& a, const Phonemes& b);

struct ClosePair {
  std::string first;
  std::string second;
  std::size_t distance = 0;  // 0: they sound the same, 1: they differ in one symbol
};

// All pairs of `words` whose phonemes are at most one symbol apart, in the order of the words. Such keywords are
// confused with each other most: worth a warning. `phonemes` has one entry for each word (assertion).
std::vector<ClosePair> close_pairs(std::span<const std::string> words, std::span<const Phonemes> phonemes);

// True if one of `keywords` has exactly these phonemes.
bool sounds_like_one_of(const Phonemes& word, std::span<const Phonemes> keywords);

}  // namespace mote::data
