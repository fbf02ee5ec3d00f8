// Tables of offsets for Contraction, from positions of frames.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels.h"

namespace mote::trainer::fused {

using Offsets = std::vector<std::int32_t>;

// The positions of `samples` frames that follow each other, in floats.
inline Offsets tile_offsets(const Offsets& positions, std::int64_t frame_positions, std::int64_t samples,
                            std::int64_t channels) {
  Offsets result;
  result.reserve(positions.size() * static_cast<std::size_t>(samples));
  for (std::int64_t n = 0; n < samples; ++n) {
    for (std::int32_t position : positions) {
      result.push_back(static_cast<std::int32_t>((n * frame_positions + position) * channels));
    }
  }
  return result;
}

// Every channel of every position: position·stride + channel.
inline Offsets channel_offsets(const Offsets& positions, std::int64_t channels, std::int64_t stride) {
  Offsets result;
  result.reserve(positions.size() * static_cast<std::size_t>(channels));
  for (std::int32_t position : positions) {
    for (std::int64_t c = 0; c < channels; ++c) result.push_back(static_cast<std::int32_t>(position * stride + c));
  }
  return result;
}

// The operands of sums; sizes and epilogue are left to the caller.
inline Contraction contraction(const float* a, const Offsets& a_rows, const Offsets& a_inner, const float* b,
                               const Offsets& b_inner) {
  Contraction result;
  result.a = a;
  result.a_rows = a_rows.data();
  result.a_inner = a_inner.data();
  result.b = b;
  result.b_inner = b_inner.data();
  return result;
}

// 0, step, 2·step …
inline Offsets regular_offsets(std::int64_t count, std::int64_t step) {
  Offsets result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(static_cast<std::int32_t>(i * step));
  return result;
}

}  // namespace mote::trainer::fused
