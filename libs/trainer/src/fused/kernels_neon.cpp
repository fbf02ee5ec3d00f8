// Kernels for 64-bit Arm.
#include "kernels.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#include "simd_table.h"

namespace mote::trainer::fused {
namespace {

struct Isa {
  static constexpr int kLanes = 4;
  static constexpr int kGemmVectors = 4;
  static constexpr int gemm_rows(int vectors) { return vectors == 4 ? 6 : 8; }
  typedef float V __attribute__((vector_size(16)));
  typedef std::uint32_t U __attribute__((vector_size(16)));
  MOTE_INLINE static V broadcast(float x) { return V(vdupq_n_f32(x)); }
  MOTE_INLINE static V multiply_add(V a, V b, V c) {
    return V(vfmaq_f32(float32x4_t(c), float32x4_t(a), float32x4_t(b)));
  }
  MOTE_INLINE static V clamp(V x, V low, V high) {
    return V(vminq_f32(float32x4_t(high), vmaxq_f32(float32x4_t(low), float32x4_t(x))));
  }
  MOTE_INLINE static V inside(V x, V low, V high, V value) { return V(U(x > low) & U(x < high) & U(value)); }
  MOTE_INLINE static V keep(U hash, U threshold, V value) { return V(U(hash >= threshold) & U(value)); }
};

}  // namespace

const Kernels* neon_kernels() {
  static constexpr Kernels kTable = kernel_table<Isa>("neon");
  return &kTable;
}

}  // namespace mote::trainer::fused

#else

namespace mote::trainer::fused {

const Kernels* neon_kernels() {
  return nullptr;
}

}  // namespace mote::trainer::fused

#endif
