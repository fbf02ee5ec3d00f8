// What becomes of a register block of results, R rows by N vectors. Part of simd_table.h; Epilogue in kernels.h says
// what each kind does.
#pragma once

#include "simd_vector.h"

namespace mote::trainer::fused {
namespace {

template <class Isa, int R, int N>
using Block = typename Isa::V (&)[R][N];

MOTE_INLINE std::int64_t epilogue_row(const Epilogue& e, std::int64_t m) {
  return e.rows != nullptr ? e.rows[m] : m;
}

template <class Isa, int R, int N>
MOTE_INLINE void store_block(const Epilogue& e, std::int64_t m, std::int64_t j, Block<Isa, R, N> v) {
  MOTE_UNROLL
  for (int r = 0; r < R; ++r) {
    float* out = e.out + epilogue_row(e, m + r) * e.stride + j;
    MOTE_UNROLL
    for (int n = 0; n < N; ++n) store<Isa>(out + n * Isa::kLanes, v[r][n]);
  }
}

template <class Isa, int R, int N>
MOTE_INLINE void add_block(const Epilogue& e, std::int64_t m, std::int64_t j, Block<Isa, R, N> v) {
  MOTE_UNROLL
  for (int r = 0; r < R; ++r) {
    float* out = e.out + epilogue_row(e, m + r) * e.stride + j;
    MOTE_UNROLL
    for (int n = 0; n < N; ++n) store<Isa>(out + n * Isa::kLanes, load<Isa>(out + n * Isa::kLanes) + v[r][n]);
  }
}

template <class Isa, int R, int N>
MOTE_INLINE void statistics_block(const Epilogue& e, std::int64_t j, Block<Isa, R, N> v) {
  MOTE_UNROLL
  for (int n = 0; n < N; ++n) {
    const std::int64_t c = j + n * Isa::kLanes;
    const typename Isa::V shift = load<Isa>(e.shift + c);
    typename Isa::V sum = load<Isa>(e.sum + c);
    typename Isa::V squares = load<Isa>(e.weighted + c);
    MOTE_UNROLL
    for (int r = 0; r < R; ++r) {
      const typename Isa::V centred = v[r][n] - shift;
      sum += centred;
      squares = Isa::multiply_add(centred, centred, squares);
    }
    store<Isa>(e.sum + c, sum);
    store<Isa>(e.weighted + c, squares);
  }
}

template <class Isa, int R, int N>
MOTE_INLINE void gradient_block(const Epilogue& e, std::int64_t m, std::int64_t j, Block<Isa, R, N> v) {
  const typename Isa::V low = Isa::broadcast(e.view.low);
  const typename Isa::V high = Isa::broadcast(e.view.high);
  MOTE_UNROLL
  for (int n = 0; n < N; ++n) {
    const std::int64_t c = j + n * Isa::kLanes;
    const typename Isa::V scale = load<Isa>(e.view.scale + c);
    const typename Isa::V offset = load<Isa>(e.view.offset + c);
    const typename Isa::V shift = load<Isa>(e.shift + c);
    typename Isa::V sum = load<Isa>(e.sum + c);
    typename Isa::V weighted = load<Isa>(e.weighted + c);
    MOTE_UNROLL
    for (int r = 0; r < R; ++r) {
      const typename Isa::V z = load<Isa>(e.z + epilogue_row(e, m + r) * e.stride + c);
      v[r][n] = Isa::inside(Isa::multiply_add(z, scale, offset), low, high, v[r][n]);
      sum += v[r][n];
      weighted = Isa::multiply_add(v[r][n], z - shift, weighted);
    }
    store<Isa>(e.sum + c, sum);
    store<Isa>(e.weighted + c, weighted);
  }
}

// The gradient of a step s, by the straight-through rule: of s·round(x/s) it is round(x/s) - x/s, of a clamped value
// its bound. Source: Esser et al. 2020, equation 3. Call it before the gradient goes through the view.
template <class Isa, int R, int N>
MOTE_INLINE void step_block(const Epilogue& e, std::int64_t m, std::int64_t j, Block<Isa, R, N> v) {
  const typename Isa::V low = Isa::broadcast(e.view.low);
  const typename Isa::V high = Isa::broadcast(e.view.high);
  MOTE_UNROLL
  for (int n = 0; n < N; ++n) {
    const std::int64_t c = j + n * Isa::kLanes;
    const typename Isa::V scale = load<Isa>(e.view.scale + c);
    const typename Isa::V offset = load<Isa>(e.view.offset + c);
    typename Isa::V sum = load<Isa>(e.steps + c);
    MOTE_UNROLL
    for (int r = 0; r < R; ++r) {
      const typename Isa::V z = load<Isa>(e.z + epilogue_row(e, m + r) * e.stride + c);
      const typename Isa::V x = Isa::multiply_add(z, scale, offset);
      const typename Isa::V left = rounded<Isa>(Isa::clamp(x, low, high)) - Isa::inside(x, low, high, x);
      sum = Isa::multiply_add(v[r][n], left, sum);
    }
    store<Isa>(e.steps + c, sum);
  }
}

template <class Isa, int R, int N>
MOTE_INLINE void drop_block(const Epilogue& e, std::int64_t m, std::int64_t j, Block<Isa, R, N> v) {
  MOTE_UNROLL
  for (int r = 0; r < R; ++r) {
    MOTE_UNROLL
    for (int n = 0; n < N; ++n) {
      v[r][n] = drop<Isa>(e.view.dropout, epilogue_row(e, m + r), j + n * Isa::kLanes, v[r][n]);
    }
  }
}

template <class Isa, int R, int N>
MOTE_INLINE void add_stored(const Epilogue& e, std::int64_t m, std::int64_t j, Block<Isa, R, N> v) {
  MOTE_UNROLL
  for (int r = 0; r < R; ++r) {
    const float* out = e.out + epilogue_row(e, m + r) * e.stride + j;
    MOTE_UNROLL
    for (int n = 0; n < N; ++n) v[r][n] += load<Isa>(out + n * Isa::kLanes);
  }
}

template <class Isa, int R, int N>
MOTE_INLINE void finish_block(const Epilogue& e, std::int64_t m, std::int64_t j, Block<Isa, R, N> v) {
  if (e.finish == Finish::kAdd) return add_block<Isa, R, N>(e, m, j, v);
  if (e.finish == Finish::kStatistics) statistics_block<Isa, R, N>(e, j, v);
  if (e.finish == Finish::kAddGradient) add_stored<Isa, R, N>(e, m, j, v);
  if (e.finish == Finish::kGradient || e.finish == Finish::kAddGradient) {
    if (e.view.dropout.threshold != 0) drop_block<Isa, R, N>(e, m, j, v);
    if (e.steps != nullptr) step_block<Isa, R, N>(e, m, j, v);
    gradient_block<Isa, R, N>(e, m, j, v);
  }
  store_block<Isa, R, N>(e, m, j, v);
}

}  // namespace
}  // namespace mote::trainer::fused
