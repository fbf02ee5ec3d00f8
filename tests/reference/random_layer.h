// Random layers for property tests: geometry as TensorFlow would make it, values with many extremes, factors over the
// range that models use. All from a seed, so that a failure repeats.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "mote/base/rng.h"
#include "mote/runtime/types.h"
#include "naive.h"

namespace mote::test {

class RandomLayer {
 public:
  RandomLayer(std::string_view purpose, std::uint64_t number) : rng_(Rng::derive(7, purpose, {number})) {}

  // Uniform in [low, high].
  std::int32_t integer(std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(rng_.below(static_cast<std::uint64_t>(high - low) + 1));
  }

  // One tensor in four holds nothing but the two ends of int8.
  Bytes bytes(std::int32_t count) {
    const bool extreme = rng_.chance(0.25);
    Bytes values(static_cast<std::size_t>(count));
    for (std::int8_t& value : values) {
      const std::int32_t drawn = integer(-128, 127);
      value = static_cast<std::int8_t>(extreme ? (drawn < 0 ? -128 : 127) : drawn);
    }
    return values;
  }

  std::vector<std::int32_t> biases(std::int32_t count) {
    std::vector<std::int32_t> values(static_cast<std::size_t>(count));
    for (std::int32_t& value : values) value = integer(-200000, 200000);
    return values;
  }

  // Multiplier and shift of a factor drawn between 2^-16 and 2^2, or exactly 0 now and then.
  mote_scaling scaling() {
    if (rng_.chance(0.02)) return {0, 0};
    return {integer(1 << 30, 2147483647), integer(-16, 2)};
  }

  // Fills the two tables that a mote_channel_scaling points into; both must outlive it.
  mote_channel_scaling channel_scaling(std::int32_t count, std::vector<std::int32_t>& multipliers,
                                       std::vector<std::int8_t>& shifts) {
    for (std::int32_t i = 0; i < count; ++i) {
      const mote_scaling one = scaling();
      multipliers.push_back(one.multiplier);
      shifts.push_back(static_cast<std::int8_t>(one.shift));
    }
    return {multipliers.data(), shifts.data(), count};
  }

  mote_activation activation() {
    if (rng_.chance(0.5)) return {-128, 127};
    const std::int32_t low = integer(-128, 127);
    return {low, integer(low, 127)};
  }

  std::int32_t zero_point() { return rng_.chance(0.3) ? -128 : integer(-128, 127); }

  // A window over an input of up to 9×9 whose every position starts inside the input. Padding and output need not be
  // TensorFlow's: any that mote_init accepts must work.
  mote_window window(std::int32_t largest_dilation) {
    mote_window w{};
    axis(largest_dilation, w.input_h, w.output_h, w.kernel_h, w.stride_h, w.dilation_h, w.pad_top);
    axis(largest_dilation, w.input_w, w.output_w, w.kernel_w, w.stride_w, w.dilation_w, w.pad_left);
    return w;
  }

 private:
  void axis(std::int32_t largest_dilation, std::int32_t& input, std::int32_t& output, std::int32_t& kernel,
            std::int32_t& stride, std::int32_t& dilation, std::int32_t& pad) {
    input = integer(1, 9);
    kernel = integer(1, 5);
    stride = integer(1, 3);
    dilation = integer(1, largest_dilation);
    pad = integer(0, (kernel - 1) * dilation);
    output = integer(1, (input - 1 + pad) / stride + 1);
  }

  Rng rng_;
};

}  // namespace mote::test
