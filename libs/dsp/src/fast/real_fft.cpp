#include "real_fft.h"

#include <fftw3.h>

#include <algorithm>
#include <mutex>

namespace mote::dsp::fast {
namespace {

// FFTW's planner is not thread-safe; execution is.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

fftwf_complex* pairs(float* values) {
  return reinterpret_cast<fftwf_complex*>(values);
}

}  // namespace

AlignedFloats make_aligned(std::int64_t count) {
  const auto size = static_cast<std::size_t>(count);
  AlignedFloats memory(new (std::align_val_t{64}) float[size]);
  std::fill_n(memory.get(), size, 0.0F);
  return memory;
}

struct RealFft::Plan {
  fftwf_plan plan = nullptr;
};

RealFft::RealFft(std::int64_t size) : plan_(std::make_unique<Plan>()), points_(size / 2) {
  const AlignedFloats signal = make_aligned(size);
  const AlignedFloats half = make_aligned(size);
  const std::lock_guard lock(planner());
  plan_->plan = fftwf_plan_dft_1d(static_cast<int>(points_), pairs(signal.get()), pairs(half.get()), FFTW_FORWARD,
                                  FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
  if (plan_->plan == nullptr) throw std::bad_alloc();
}

RealFft::~RealFft() {
  const std::lock_guard lock(planner());
  fftwf_destroy_plan(plan_->plan);
}

void RealFft::run(const float* signal, float* half) const {
  // FFTW_PRESERVE_INPUT keeps the promise that the cast hides.
  fftwf_execute_dft(plan_->plan, pairs(const_cast<float*>(signal)), pairs(half));
  half[2 * points_] = half[0];
  half[2 * points_ + 1] = half[1];
}

}  // namespace mote::dsp::fast
