// Seeded random numbers, the same on every machine and in every order of calls.
//
// A stream is named by its seed and a list of keys (purpose, clip, epoch, …), so that clip 7 of epoch 3 draws the same
// numbers whichever thread reaches it first. Generator: xoshiro256** (Blackman and Vigna, 2018), seeded through
// SplitMix64. Not for cryptography.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>

namespace mote {

class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  // The stream named by (seed, purpose, keys…). `purpose` keeps uses of the same keys apart: "augment", "shuffle".
  static Rng derive(std::uint64_t seed, std::string_view purpose, std::initializer_list<std::uint64_t> keys = {});

  std::uint64_t next();                      // uniform over all 64-bit values
  std::uint64_t below(std::uint64_t bound);  // uniform in [0, bound), without bias; bound > 0
  double uniform();                          // [0, 1), 53 bits
  double uniform(double low, double high);   // [low, high)
  double normal();                           // mean 0, variance 1
  bool chance(double probability);           // true with the given probability in [0, 1]

  template <class T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

  // The whole state, for checkpoints: Rng::from_state(rng.state()) continues the stream.
  std::array<std::uint64_t, 4> state() const { return state_; }
  static Rng from_state(const std::array<std::uint64_t, 4>& state);

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace mote
