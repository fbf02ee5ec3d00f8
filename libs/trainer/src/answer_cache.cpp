#include "answer_cache.h"

#include <algorithm>
#include <bit>

namespace mote::trainer {
namespace {

// The finalizer of SplitMix64 (Steele et al. 2014).
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace

AnswerCache::AnswerCache(std::int64_t capacity, std::int64_t width)
    : capacity_(static_cast<std::size_t>(capacity)), width_(static_cast<std::size_t>(width)) {
  if (capacity_ == 0) return;
  const std::size_t places = std::bit_ceil(2 * capacity_);
  hashes_.resize(places);
  rows_.assign(places, -1);
  answers_.resize(capacity_ * width_);
}

AnswerCache::Hash AnswerCache::hash_of(std::span<const float> sample) {
  Hash hash{0x9e3779b97f4a7c15U, 0xd1b54a32d192ed03U};
  for (float value : sample) {
    const auto bits = std::uint64_t{std::bit_cast<std::uint32_t>(value)};
    hash[0] = mix(hash[0] ^ bits);
    hash[1] = mix(hash[1] + (bits << 32U) + hash[0]);
  }
  return hash;
}

std::size_t AnswerCache::place_of(const Hash& hash) const {
  std::size_t place = hash[0] & (rows_.size() - 1);
  while (rows_[place] >= 0 && hashes_[place] != hash) place = (place + 1) & (rows_.size() - 1);
  return place;
}

std::span<const float> AnswerCache::find(std::span<const float> sample) const {
  if (capacity_ == 0) return {};
  const std::int32_t row = rows_[place_of(hash_of(sample))];
  if (row < 0) return {};
  return std::span(answers_).subspan(static_cast<std::size_t>(row) * width_, width_);
}

void AnswerCache::store(std::span<const float> sample, std::span<const float> row) {
  if (used_ == capacity_) return;
  const Hash hash = hash_of(sample);
  const std::size_t place = place_of(hash);
  if (rows_[place] >= 0) return;
  hashes_[place] = hash;
  rows_[place] = static_cast<std::int32_t>(used_);
  std::copy(row.begin(), row.end(), answers_.begin() + static_cast<std::ptrdiff_t>(used_ * width_));
  ++used_;
}

}  // namespace mote::trainer
