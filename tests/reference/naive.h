// The int8 kernels again, as plain loops over int64 that follow the definitions word for word: no clipping, no blocks,
// no sharing with the runtime but its parameter structs. What the runtime's kernels are held against.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <vector>

#include "mote/runtime/kernels.h"

namespace mote::test {

// gemmlowp's SaturatingRoundingDoublingHighMul in its own words: a nudge by sign, then a truncating division.
inline std::int64_t naive_high_multiply(std::int64_t a, std::int64_t b) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int32_t>::min();
  if (a == kMin && b == kMin) return std::numeric_limits<std::int32_t>::max();
  const std::int64_t product = a * b;
  const std::int64_t nudge = product >= 0 ? (1LL << 30) : 1 - (1LL << 30);
  return (product + nudge) / (1LL << 31);
}

// Divides by 2^exponent and rounds half away from zero.
inline std::int64_t naive_rounding_divide(std::int64_t x, std::int32_t exponent) {
  const std::int64_t half = exponent > 0 ? std::int64_t{1} << (exponent - 1) : 0;
  const std::int64_t magnitude = (std::llabs(x) + half) / (1LL << exponent);
  return x < 0 ? -magnitude : magnitude;
}

inline std::int64_t naive_requantize(std::int64_t x, std::int32_t multiplier, std::int32_t shift) {
  const std::int64_t shifted = shift > 0 ? x * (1LL << shift) : x;
  return naive_rounding_divide(naive_high_multiply(shifted, multiplier), shift > 0 ? 0 : -shift);
}

inline std::int8_t naive_finish(std::int64_t value, std::int32_t offset, mote_activation activation) {
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(value + offset, activation.min, activation.max));
}

// Calls visit(input cell, kernel cell) for each tap of output cell (y, x) that lies inside the input.
template <class Visit>
void for_each_tap(const mote_window& window, std::int32_t y, std::int32_t x, Visit visit) {
  for (std::int32_t i = 0; i < window.kernel_h; ++i) {
    for (std::int32_t j = 0; j < window.kernel_w; ++j) {
      const std::int32_t row = y * window.stride_h - window.pad_top + i * window.dilation_h;
      const std::int32_t column = x * window.stride_w - window.pad_left + j * window.dilation_w;
      if (row < 0 || row >= window.input_h || column < 0 || column >= window.input_w) continue;
      visit(row * window.input_w + column, i * window.kernel_w + j);
    }
  }
}

using Bytes = std::vector<std::int8_t>;

inline Bytes zeros(std::int32_t count) {
  return Bytes(static_cast<std::size_t>(count));
}

// The element at a place that is computed in int32, as layers count.
template <class T>
T at(const std::vector<T>& values, std::int32_t place) {
  return values.at(static_cast<std::size_t>(place));
}

inline Bytes naive_conv2d(const mote_conv2d_s8_params& p, const Bytes& input, const Bytes& weights,
                          const std::int32_t* bias) {
  const mote_window& w = p.window;
  Bytes output;
  for (std::int32_t y = 0; y < w.output_h; ++y) {
    for (std::int32_t x = 0; x < w.output_w; ++x) {
      for (std::int32_t o = 0; o < p.output_c; ++o) {
        std::int64_t sum = bias != nullptr ? bias[o] : 0;
        for_each_tap(w, y, x, [&](std::int32_t cell, std::int32_t tap) {
          for (std::int32_t c = 0; c < p.input_c; ++c) {
            const std::int32_t weight = (o * w.kernel_h * w.kernel_w + tap) * p.input_c + c;
            sum += (at(input, cell * p.input_c + c) + p.input_offset) * at(weights, weight);
          }
        });
        output.push_back(naive_finish(naive_requantize(sum, p.scaling.multipliers[o], p.scaling.shifts[o]),
                                      p.output_offset, p.activation));
      }
    }
  }
  return output;
}

inline Bytes naive_depthwise_conv2d(const mote_depthwise_conv2d_s8_params& p, const Bytes& input, const Bytes& weights,
                                    const std::int32_t* bias) {
  const mote_window& w = p.window;
  const std::int32_t channels = p.input_c * p.multiplier;
  Bytes output;
  for (std::int32_t y = 0; y < w.output_h; ++y) {
    for (std::int32_t x = 0; x < w.output_w; ++x) {
      for (std::int32_t o = 0; o < channels; ++o) {
        std::int64_t sum = bias != nullptr ? bias[o] : 0;
        for_each_tap(w, y, x, [&](std::int32_t cell, std::int32_t tap) {
          sum += (at(input, cell * p.input_c + o / p.multiplier) + p.input_offset) * at(weights, tap * channels + o);
        });
        output.push_back(naive_finish(naive_requantize(sum, p.scaling.multipliers[o], p.scaling.shifts[o]),
                                      p.output_offset, p.activation));
      }
    }
  }
  return output;
}

inline Bytes naive_dense(const mote_dense_s8_params& p, const Bytes& input, const Bytes& weights,
                         const std::int32_t* bias) {
  Bytes output;
  for (std::int32_t r = 0; r < p.rows; ++r) {
    for (std::int32_t o = 0; o < p.outputs; ++o) {
      std::int64_t sum = bias != nullptr ? bias[o] : 0;
      for (std::int32_t i = 0; i < p.inputs; ++i) {
        sum += (at(input, r * p.inputs + i) + p.input_offset) * at(weights, o * p.inputs + i);
      }
      const std::int32_t factor = p.scaling.count == 1 ? 0 : o;
      output.push_back(naive_finish(naive_requantize(sum, p.scaling.multipliers[factor], p.scaling.shifts[factor]),
                                    p.output_offset, p.activation));
    }
  }
  return output;
}

// Average rounded half away from zero, over the cells inside the input only.
inline Bytes naive_average_pool2d(const mote_average_pool2d_s8_params& p, const Bytes& input) {
  Bytes output;
  for (std::int32_t y = 0; y < p.window.output_h; ++y) {
    for (std::int32_t x = 0; x < p.window.output_w; ++x) {
      for (std::int32_t c = 0; c < p.channels; ++c) {
        std::int64_t sum = 0;
        std::int64_t cells = 0;
        for_each_tap(p.window, y, x, [&](std::int32_t cell, std::int32_t) {
          sum += at(input, cell * p.channels + c);
          ++cells;
        });
        const std::int64_t magnitude = (2 * std::llabs(sum) + cells) / (2 * cells);
        output.push_back(naive_finish(sum < 0 ? -magnitude : magnitude, 0, p.activation));
      }
    }
  }
  return output;
}

inline Bytes naive_max_pool2d(const mote_max_pool2d_s8_params& p, const Bytes& input) {
  Bytes output;
  for (std::int32_t y = 0; y < p.window.output_h; ++y) {
    for (std::int32_t x = 0; x < p.window.output_w; ++x) {
      for (std::int32_t c = 0; c < p.channels; ++c) {
        std::int64_t largest = -128;
        for_each_tap(p.window, y, x, [&](std::int32_t cell, std::int32_t) {
          largest = std::max<std::int64_t>(largest, at(input, cell * p.channels + c));
        });
        output.push_back(naive_finish(largest, 0, p.activation));
      }
    }
  }
  return output;
}

inline Bytes naive_mean(const mote_mean_s8_params& p, const Bytes& input) {
  Bytes output;
  for (std::int32_t o = 0; o < p.outer; ++o) {
    for (std::int32_t i = 0; i < p.inner; ++i) {
      std::int64_t sum = 0;
      for (std::int32_t r = 0; r < p.reduced; ++r) sum += at(input, (o * p.reduced + r) * p.inner + i) + p.input_offset;
      output.push_back(
          naive_finish(naive_requantize(sum, p.scaling.multiplier, p.scaling.shift), p.output_offset, {-128, 127}));
    }
  }
  return output;
}

inline Bytes naive_add(const mote_add_s8_params& p, const Bytes& input1, const Bytes& input2) {
  Bytes output;
  for (std::size_t i = 0; i < input1.size(); ++i) {
    const std::int64_t a = (input1[i] + p.input1_offset) * (1LL << 20);
    const std::int64_t b = (input2[i] + p.input2_offset) * (1LL << 20);
    const std::int64_t sum = naive_requantize(a, p.input1.multiplier, p.input1.shift) +
                             naive_requantize(b, p.input2.multiplier, p.input2.shift);
    output.push_back(
        naive_finish(naive_requantize(sum, p.output.multiplier, p.output.shift), p.output_offset, p.activation));
  }
  return output;
}

inline Bytes naive_relu(const mote_relu_s8_params& p, const Bytes& input) {
  Bytes output;
  for (const std::int8_t x : input) {
    output.push_back(naive_finish(naive_requantize(x + p.input_offset, p.scaling.multiplier, p.scaling.shift),
                                  p.output_offset, p.activation));
  }
  return output;
}

}  // namespace mote::test
