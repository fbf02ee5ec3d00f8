// The kernels for one instruction set, as templates over its traits. Included by kernels_<isa>.cpp only, each of which
// defines in an unnamed namespace (so that the linker never mixes code of two instruction sets):
//
//   struct Isa {
//     static constexpr int kLanes;                        floats in a vector
//     static constexpr int kGemmVectors;                  width of the widest register block of gemm, 2 or 4
//     static constexpr int gemm_rows(int vectors);        rows of the register block that is `vectors` wide
//     using V, U;                                         vectors of float and of std::uint32_t
//     static V broadcast(float);
//     static V multiply_add(V a, V b, V c);               a·b + c, rounded once where the CPU can; never left to the
//                                                         compiler, which may choose otherwise from block to block
//     static V clamp(V x, V low, V high);                 NaN stays NaN
//     static V inside(V x, V low, V high, V value);       low < x < high ? value : 0
//     static V keep(U hash, U threshold, V value);        hash >= threshold ? value : 0
//   };
#pragma once

#include "simd_contraction.h"
#include "simd_lines.h"

namespace mote::trainer::fused {
namespace {

template <class Isa>
constexpr Kernels kernel_table(const char* name) {
  return {name, Isa::kLanes, run_gemm<Isa>, run_depthwise<Isa>, run_view<Isa>, run_blend<Isa>, run_finish<Isa>};
}

}  // namespace
}  // namespace mote::trainer::fused
