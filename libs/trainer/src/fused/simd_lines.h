// Element-wise kernels over lines of positions; up to four vectors of channels at a time, so that what belongs to a
// channel stays in registers. Part of simd_table.h.
#pragma once

#include "simd_vector.h"

namespace mote::trainer::fused {
namespace {

// Asks for what comes a little later: hardware stops at the end of a page of memory.
template <class Isa, int N>
MOTE_INLINE void prefetch(const float* from) {
  constexpr int kAhead = 768;
  MOTE_UNROLL
  for (int n = 0; n < N; ++n) __builtin_prefetch(from + kAhead + n * Isa::kLanes);
}

// Calls pixel(row, from, to) for each position and sets the gap behind each line to zero.
template <class Isa, int N, class Pixel>
MOTE_INLINE void for_each_position(const Lines& x, std::int64_t j, Pixel&& pixel) {
  const float* from = x.from + j;
  float* to = x.to + j;
  std::int64_t row = 0;
  for (std::int64_t line = 0; line < x.lines; ++line) {
    for (std::int64_t i = 0; i < x.length; ++i, ++row, from += x.channels, to += x.channels) {
      prefetch<Isa, N>(from);
      pixel(row, from, to);
    }
    for (std::int64_t i = x.length; i < x.to_length; ++i, to += x.channels) {
      MOTE_UNROLL
      for (int n = 0; n < N; ++n) store<Isa>(to + n * Isa::kLanes, typename Isa::V{});
    }
  }
}

template <class Isa, int N>
MOTE_INLINE void load_all(const float* from, typename Isa::V (&v)[N]) {
  MOTE_UNROLL
  for (int n = 0; n < N; ++n) v[n] = load<Isa>(from + n * Isa::kLanes);
}

// What is seen of a vector of z.
template <class Isa, int N>
struct Sight {
  typename Isa::V scale[N], offset[N], low, high, step;

  Sight(const ViewTile& view, std::int64_t j)
      : low(Isa::broadcast(view.low)), high(Isa::broadcast(view.high)), step(Isa::broadcast(view.step)) {
    load_all<Isa, N>(view.scale + j, scale);
    load_all<Isa, N>(view.offset + j, offset);
  }
  template <bool kRounds>
  MOTE_INLINE typename Isa::V of(const float* from, int n) const {
    const typename Isa::V clamped =
        Isa::clamp(Isa::multiply_add(load<Isa>(from + n * Isa::kLanes), scale[n], offset[n]), low, high);
    return kRounds ? rounded<Isa>(clamped) * step : clamped;
  }
};

template <class Isa, int N, bool kRounds>
void view_columns(const Lines& x, const ViewTile& view, std::int64_t j) {
  const Sight<Isa, N> sight(view, j);
  if (view.dropout.threshold == 0) {
    return for_each_position<Isa, N>(
        x, j, [&](std::int64_t, const float* from, float* to) __attribute__((always_inline)) {
          MOTE_UNROLL
          for (int n = 0; n < N; ++n) store<Isa>(to + n * Isa::kLanes, sight.template of<kRounds>(from, n));
        });
  }
  for_each_position<Isa, N>(
      x, j, [&](std::int64_t row, const float* from, float* to) __attribute__((always_inline)) {
        MOTE_UNROLL
        for (int n = 0; n < N; ++n) {
          const typename Isa::V seen = sight.template of<kRounds>(from, n);
          store<Isa>(to + n * Isa::kLanes, drop<Isa>(view.dropout, row, j + n * Isa::kLanes, seen));
        }
      });
}

template <class Isa, int N>
void blend_columns(const Lines& x, const float* z, const float* a, const float* b, const float* c, std::int64_t j) {
  typename Isa::V va[N], vb[N], vc[N];
  load_all<Isa, N>(a + j, va);
  load_all<Isa, N>(b + j, vb);
  load_all<Isa, N>(c + j, vc);
  const float* other = z + j;
  for_each_position<Isa, N>(
      x, j, [&](std::int64_t, const float* from, float* to) __attribute__((always_inline)) {
        prefetch<Isa, N>(other);
        MOTE_UNROLL
        for (int n = 0; n < N; ++n) {
          const typename Isa::V rest = Isa::multiply_add(load<Isa>(other + n * Isa::kLanes), vb[n], vc[n]);
          store<Isa>(to + n * Isa::kLanes, Isa::multiply_add(load<Isa>(from + n * Isa::kLanes), va[n], rest));
        }
        other += x.channels;
      });
}

template <class Isa, bool kRounds>
void run_view_as(const Lines& x, const ViewTile& view) {
  std::int64_t j = 0;
  for (; j + 4 * Isa::kLanes <= x.channels; j += 4 * Isa::kLanes) view_columns<Isa, 4, kRounds>(x, view, j);
  if (j + 2 * Isa::kLanes <= x.channels) {
    view_columns<Isa, 2, kRounds>(x, view, j);
    j += 2 * Isa::kLanes;
  }
  if (j < x.channels) view_columns<Isa, 1, kRounds>(x, view, j);
}

template <class Isa>
void run_view(const Lines& x, const ViewTile& view) {
  if (view.step != 0) return run_view_as<Isa, true>(x, view);
  run_view_as<Isa, false>(x, view);
}

template <class Isa>
void run_blend(const Lines& x, const float* z, const float* a, const float* b, const float* c) {
  std::int64_t j = 0;
  for (; j + 4 * Isa::kLanes <= x.channels; j += 4 * Isa::kLanes) blend_columns<Isa, 4>(x, z, a, b, c, j);
  if (j + 2 * Isa::kLanes <= x.channels) {
    blend_columns<Isa, 2>(x, z, a, b, c, j);
    j += 2 * Isa::kLanes;
  }
  if (j < x.channels) blend_columns<Isa, 1>(x, z, a, b, c, j);
}

}  // namespace
}  // namespace mote::trainer::fused
