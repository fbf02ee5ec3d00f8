// gemm and depthwise by register blocks: R rows by N vectors of columns stay in registers over the whole inner sum.
// Part of simd_table.h; Contraction in kernels.h says what is computed.
#pragma once

#include "simd_epilogue.h"

namespace mote::trainer::fused {
namespace {

// The products of one term of the inner sum.
template <class Isa, int N>
struct GemmTerm {
  template <int R>
  MOTE_INLINE static void add(const float* const (&row)[R], std::int64_t a_offset, const float* b,
                              Block<Isa, R, N> sums) {
    typename Isa::V right[N];
    MOTE_UNROLL
    for (int n = 0; n < N; ++n) right[n] = load<Isa>(b + n * Isa::kLanes);
    MOTE_UNROLL
    for (int r = 0; r < R; ++r) {
      const typename Isa::V left = Isa::broadcast(row[r][a_offset]);
      MOTE_UNROLL
      for (int n = 0; n < N; ++n) sums[r][n] = Isa::multiply_add(left, right[n], sums[r][n]);
    }
  }
  static constexpr bool kRowsHaveColumns = false;
};

template <class Isa, int N>
struct DepthwiseTerm {
  template <int R>
  MOTE_INLINE static void add(const float* const (&row)[R], std::int64_t a_offset, const float* b,
                              Block<Isa, R, N> sums) {
    MOTE_UNROLL
    for (int n = 0; n < N; ++n) {
      const typename Isa::V right = load<Isa>(b + n * Isa::kLanes);
      MOTE_UNROLL
      for (int r = 0; r < R; ++r) {
        sums[r][n] = Isa::multiply_add(load<Isa>(row[r] + a_offset + n * Isa::kLanes), right, sums[r][n]);
      }
    }
  }
  static constexpr bool kRowsHaveColumns = true;
};

template <class Isa, class Term, int R, int N>
MOTE_INLINE void contract_block(const Contraction& x, std::int64_t m, std::int64_t j) {
  const float* row[R];
  MOTE_UNROLL
  for (int r = 0; r < R; ++r) row[r] = x.a + x.a_rows[m + r] + (Term::kRowsHaveColumns ? j : 0);
  typename Isa::V sums[R][N];
  MOTE_UNROLL
  for (int n = 0; n < N; ++n) {
    const typename Isa::V start = x.start != nullptr ? load<Isa>(x.start + j + n * Isa::kLanes) : typename Isa::V{};
    MOTE_UNROLL
    for (int r = 0; r < R; ++r) sums[r][n] = start;
  }
  const std::int32_t* const a_inner = x.a_inner;
  const std::int32_t* const b_inner = x.b_inner;
  const float* const b = x.b + j;
  for (std::int64_t k = 0, inner = x.inner; k < inner; ++k) {
    Term::template add<R>(row, a_inner[k], b + b_inner[k], sums);
  }
  finish_block<Isa, R, N>(x.epilogue, m, j, sums);
}

// All rows of N vectors of columns: blocks of R rows, then of 4, 2 and 1.
template <class Isa, class Term, int R, int N>
[[gnu::noinline]] void contract_columns(const Contraction& x, std::int64_t j) {
  std::int64_t m = 0;
  for (; m + R <= x.rows; m += R) contract_block<Isa, Term, R, N>(x, m, j);
  for (; m + 4 <= x.rows; m += 4) contract_block<Isa, Term, 4, N>(x, m, j);
  for (; m + 2 <= x.rows; m += 2) contract_block<Isa, Term, 2, N>(x, m, j);
  for (; m < x.rows; ++m) contract_block<Isa, Term, 1, N>(x, m, j);
}

template <class Isa, int N>
MOTE_INLINE void gemm_columns(const Contraction& x, std::int64_t j) {
  contract_columns<Isa, GemmTerm<Isa, N>, Isa::gemm_rows(N), N>(x, j);
}

template <class Isa>
void run_gemm(const Contraction& x) {
  const std::int64_t vectors = x.columns / Isa::kLanes;
  for (std::int64_t done = 0, width = 0; done < vectors; done += width) {
    const std::int64_t left = vectors - done;
    // Five are three and two, not four and a narrow one.
    width = left > Isa::kGemmVectors + 1 ? Isa::kGemmVectors : left == Isa::kGemmVectors + 1 ? (left + 1) / 2 : left;
    const std::int64_t j = done * Isa::kLanes;
    if (width == 1) gemm_columns<Isa, 1>(x, j);
    if (width == 2) gemm_columns<Isa, 2>(x, j);
    if constexpr (Isa::kGemmVectors > 2) {
      if (width == 3) gemm_columns<Isa, 3>(x, j);
      if (width == 4) gemm_columns<Isa, 4>(x, j);
    }
  }
}

template <class Isa>
void run_depthwise(const Contraction& x) {
  // Nine rows: the taps of the usual 3×3 window when its weights' gradient is taken.
  for (std::int64_t j = 0; j < x.columns; j += Isa::kLanes) contract_columns<Isa, DepthwiseTerm<Isa, 1>, 9, 1>(x, j);
}

template <class Isa>
void run_finish(const float* from, std::int64_t rows, std::int64_t columns, const Epilogue& epilogue) {
  for (std::int64_t j = 0; j < columns; j += Isa::kLanes) {
    std::int64_t m = 0;
    for (; m + 4 <= rows; m += 4) {
      typename Isa::V block[4][1];
      MOTE_UNROLL
      for (int r = 0; r < 4; ++r) block[r][0] = load<Isa>(from + (m + r) * columns + j);
      finish_block<Isa, 4, 1>(epilogue, m, j, block);
    }
    for (; m < rows; ++m) {
      typename Isa::V block[1][1] = {{load<Isa>(from + m * columns + j)}};
      finish_block<Isa, 1, 1>(epilogue, m, j, block);
    }
  }
}

}  // namespace
}  // namespace mote::trainer::fused
