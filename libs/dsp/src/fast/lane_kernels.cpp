#include "lane_kernels.h"

namespace mote::dsp::fast {

const LaneKernels& lane_kernels() {
#ifdef MOTE_DSP_X86
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw")) {
    return kAvx512Kernels;
  }
  if (__builtin_cpu_supports("avx2")) return kAvx2Kernels;
#endif
  return kPortableKernels;
}

}  // namespace mote::dsp::fast
