// Kernels for AVX-512F.
#include "kernels.h"

#if defined(__AVX512F__)
#include <immintrin.h>

#include "simd_table.h"

namespace mote::trainer::fused {
namespace {

struct Isa {
  static constexpr int kLanes = 16;
  static constexpr int kGemmVectors = 4;
  static constexpr int gemm_rows(int vectors) { return vectors == 4 ? 6 : vectors == 3 ? 8 : 12; }
  typedef float V __attribute__((vector_size(64)));
  typedef std::uint32_t U __attribute__((vector_size(64)));
  MOTE_INLINE static V broadcast(float x) { return V(_mm512_set1_ps(x)); }
  MOTE_INLINE static V multiply_add(V a, V b, V c) { return V(_mm512_fmadd_ps(a, b, c)); }
  // The masked forms: the plain ones start from an undefined register, which GCC 12 warns of.
  MOTE_INLINE static V clamp(V x, V low, V high) {
    constexpr __mmask16 kAll = 0xFFFF;
    return V(_mm512_maskz_min_ps(kAll, high, _mm512_maskz_max_ps(kAll, low, x)));
  }
  MOTE_INLINE static V inside(V x, V low, V high, V value) {
    const __mmask16 above = _mm512_cmp_ps_mask(x, low, _CMP_GT_OQ);
    return V(_mm512_maskz_mov_ps(_mm512_mask_cmp_ps_mask(above, x, high, _CMP_LT_OQ), value));
  }
  MOTE_INLINE static V keep(U hash, U threshold, V value) {
    return V(_mm512_maskz_mov_ps(_mm512_cmpge_epu32_mask(__m512i(hash), __m512i(threshold)), value));
  }
};

}  // namespace

const Kernels* avx512_kernels() {
  static constexpr Kernels kTable = kernel_table<Isa>("avx512");
  return __builtin_cpu_supports("avx512f") ? &kTable : nullptr;
}

}  // namespace mote::trainer::fused

#else

namespace mote::trainer::fused {

const Kernels* avx512_kernels() {
  return nullptr;
}

}  // namespace mote::trainer::fused

#endif
