// Resampling by a ratio of small whole numbers, windowed-sinc, one filter row for each phase.
//
// For augmentation, where a clip is resampled by a new ratio every time and speed matters. Readers of files use
// libsamplerate instead.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mote::data {

class Polyphase {
 public:
  // Makes `up` samples of every `down`; both in [1, 100000].
  Polyphase(std::int64_t up, std::int64_t down);

  // The filter of that ratio, made once and kept for the whole program (thread-safe).
  static const Polyphase& shared(std::int64_t up, std::int64_t down);

  // ceil(input.size() * up / down) samples; the input continues as zeros at both ends.
  std::vector<float> apply(std::span<const float> input) const;

 private:
  std::int64_t up_;
  std::int64_t down_;
  std::int64_t half_taps_;     // input samples on either side of an output sample
  std::vector<float> phases_;  // up_ rows of 2 * half_taps_
};

}  // namespace mote::data
