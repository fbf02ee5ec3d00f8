// Kernels for AVX2 with fused multiply-add.
#include "kernels.h"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include "simd_table.h"

namespace mote::trainer::fused {
namespace {

struct Isa {
  static constexpr int kLanes = 8;
  static constexpr int kGemmVectors = 2;
  static constexpr int gemm_rows(int vectors) { return vectors == 2 ? 6 : 8; }
  typedef float V __attribute__((vector_size(32)));
  typedef std::uint32_t U __attribute__((vector_size(32)));
  MOTE_INLINE static V broadcast(float x) { return V(_mm256_set1_ps(x)); }
  MOTE_INLINE static V multiply_add(V a, V b, V c) { return V(_mm256_fmadd_ps(a, b, c)); }
  MOTE_INLINE static V clamp(V x, V low, V high) { return V(_mm256_min_ps(high, _mm256_max_ps(low, x))); }
  MOTE_INLINE static V inside(V x, V low, V high, V value) {
    const __m256 open = _mm256_and_ps(_mm256_cmp_ps(x, low, _CMP_GT_OQ), _mm256_cmp_ps(x, high, _CMP_LT_OQ));
    return V(_mm256_and_ps(open, value));
  }
  MOTE_INLINE static V keep(U hash, U threshold, V value) { return V(U(value) & U(hash >= threshold)); }
};

}  // namespace

const Kernels* avx2_kernels() {
  static constexpr Kernels kTable = kernel_table<Isa>("avx2");
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kTable : nullptr;
}

}  // namespace mote::trainer::fused

#else

namespace mote::trainer::fused {

const Kernels* avx2_kernels() {
  return nullptr;
}

}  // namespace mote::trainer::fused

#endif
