// A real FFT's first and greater half: FFTW's complex FFT of half the size over (even, odd) samples. Planned once, run
// by any number of threads. The second half is LaneKernels::power; together they take half the time of FFTW's real FFT.
#pragma once

#include <cstdint>
#include <memory>
#include <new>

namespace mote::dsp::fast {

// FFTW and the lane kernels want memory on 64-byte borders.
struct AlignedDelete {
  void operator()(float* memory) const { ::operator delete[](memory, std::align_val_t{64}); }
};
using AlignedFloats = std::unique_ptr<float[], AlignedDelete>;
// `count` zeros.
AlignedFloats make_aligned(std::int64_t count);

class RealFft {
 public:
  // Plans by FFTW_ESTIMATE: no measuring, hence the same plan on every run.
  explicit RealFft(std::int64_t size);
  ~RealFft();
  RealFft(const RealFft&) = delete;
  RealFft& operator=(const RealFft&) = delete;

  // `signal`: size values, left as they are; `half`: size / 2 pairs (re, im), then the first one again. Both on 64-byte
  // borders.
  void run(const float* signal, float* half) const;

 private:
  struct Plan;
  std::unique_ptr<Plan> plan_;
  std::int64_t points_;
};

}  // namespace mote::dsp::fast
