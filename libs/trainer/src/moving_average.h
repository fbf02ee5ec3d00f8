// Averages that forget their starting value quickly, so that short trainings are not ruled by it.
#pragma once

#include <algorithm>
#include <cstdint>

namespace mote::trainer {

// The share of the old value kept at step `step` (from 0): min(decay, (1 + step)/(10 + step)). Used for the moving
// statistics of batch norms and for averaged weights. Source: TensorFlow, tf.train.ExponentialMovingAverage,
// `num_updates`.
inline float moving_decay(float decay, std::uint64_t step) {
  const auto done = static_cast<double>(step);
  return std::min(decay, static_cast<float>((1.0 + done) / (10.0 + done)));
}

}  // namespace mote::trainer
