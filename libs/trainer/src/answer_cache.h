// A teacher's answers by what was asked: rows of floats, found by a hash of 128 bits over the sample's bytes. Memory is
// taken once.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace mote::trainer {

class AnswerCache {
 public:
  // Room for `capacity` rows (>= 0) of `width` floats.
  AnswerCache(std::int64_t capacity, std::int64_t width);

  // The row of a sample; empty when it is not known. The span lives until the next store().
  std::span<const float> find(std::span<const float> sample) const;
  // Keeps the row of a sample that find() does not know, while there is room.
  void store(std::span<const float> sample, std::span<const float> row);

 private:
  using Hash = std::array<std::uint64_t, 2>;
  static Hash hash_of(std::span<const float> sample);
  // Index of the hash, or of the free place where it would go.
  std::size_t place_of(const Hash& hash) const;

  std::size_t capacity_, width_;
  std::size_t used_ = 0;
  std::vector<Hash> hashes_;        // open addressing, a power of two of places
  std::vector<std::int32_t> rows_;  // by place: its row, -1 for a free place
  std::vector<float> answers_;
};

}  // namespace mote::trainer
