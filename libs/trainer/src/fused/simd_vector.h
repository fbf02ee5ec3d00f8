// Loads and stores of whole vectors. Part of simd_table.h.
#pragma once

#include <cstdint>

#include "../dropout_hash.h"
#include "kernels.h"

#if defined(__clang__)
#define MOTE_UNROLL _Pragma("unroll")
#else
#define MOTE_UNROLL _Pragma("GCC unroll 16")
#endif
#define MOTE_INLINE [[gnu::always_inline]] inline

namespace mote::trainer::fused {
namespace {

template <class Isa>
struct Memory {
  typedef float Type __attribute__((vector_size(Isa::kLanes * sizeof(float)), may_alias));
};

template <class Isa>
MOTE_INLINE typename Isa::V load(const float* from) {
  return *reinterpret_cast<const typename Memory<Isa>::Type*>(from);
}

template <class Isa>
MOTE_INLINE void store(float* to, typename Isa::V value) {
  *reinterpret_cast<typename Memory<Isa>::Type*>(to) = value;
}

// To the nearest integer, ties to even, for |x| < 2^22: the sum has no room for a fraction.
template <class Isa>
MOTE_INLINE typename Isa::V rounded(typename Isa::V x) {
  const typename Isa::V large = Isa::broadcast(12582912.0F);
  return (x + large) - large;
}

// 0, 1, 2 …
template <class Isa>
MOTE_INLINE typename Isa::U lane_numbers() {
  typename Isa::U numbers{};
  MOTE_UNROLL
  for (int i = 0; i < Isa::kLanes; ++i) numbers[i] = static_cast<std::uint32_t>(i);
  return numbers;
}

// Elements row·channels + channel + lane of the dropout stream: dropped or scaled.
template <class Isa>
MOTE_INLINE typename Isa::V drop(const DropoutTile& d, std::int64_t row, std::int64_t channel, typename Isa::V value) {
  const std::uint32_t base =
      d.first + static_cast<std::uint32_t>(row) * d.channels + static_cast<std::uint32_t>(channel);
  const typename Isa::U hash = dropout_hash(lane_numbers<Isa>() + base, d.key_low, d.key_high);
  return Isa::keep(hash, typename Isa::U{} + d.threshold, value * Isa::broadcast(d.scale));
}

}  // namespace
}  // namespace mote::trainer::fused
