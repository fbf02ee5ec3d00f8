// Kernels for any CPU: vectors of four floats, which every 64-bit instruction set has.
#include "simd_table.h"

namespace mote::trainer::fused {
namespace {

struct Isa {
  static constexpr int kLanes = 4;
  static constexpr int kGemmVectors = 2;
  static constexpr int gemm_rows(int vectors) { return vectors == 2 ? 4 : 8; }
  typedef float V __attribute__((vector_size(16)));
  typedef std::uint32_t U __attribute__((vector_size(16)));
  MOTE_INLINE static V broadcast(float x) { return V{x, x, x, x}; }
  MOTE_INLINE static V multiply_add(V a, V b, V c) { return a * b + c; }
  MOTE_INLINE static V select(U mask, V yes, V no) { return V((mask & U(yes)) | (~mask & U(no))); }
  MOTE_INLINE static V clamp(V x, V low, V high) {
    const V raised = select(U(x < low), low, x);
    return select(U(raised > high), high, raised);
  }
  MOTE_INLINE static V inside(V x, V low, V high, V value) { return V(U(x > low) & U(x < high) & U(value)); }
  MOTE_INLINE static V keep(U hash, U threshold, V value) { return V(U(hash >= threshold) & U(value)); }
};

}  // namespace

const Kernels* portable_kernels() {
  static constexpr Kernels kTable = kernel_table<Isa>("portable");
  return &kTable;
}

}  // namespace mote::trainer::fused
