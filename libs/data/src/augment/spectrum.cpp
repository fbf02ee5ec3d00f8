#include "augment/spectrum.h"

#include <fftw3.h>

#include <cassert>
#include <map>
#include <mutex>
#include <new>

namespace mote::data {
namespace {

std::mutex& planner_mutex() {
  static std::mutex mutex;
  return mutex;
}

fftwf_complex* raw(Spectrum::Bin* bins) {
  return reinterpret_cast<fftwf_complex*>(bins);
}

}  // namespace

template <class T>
AlignedBuffer<T>::AlignedBuffer(std::size_t count)
    : data_(static_cast<T*>(fftwf_malloc(count * sizeof(T)))), count_(count) {
  if (data_ == nullptr) throw std::bad_alloc();
}

template <class T>
void AlignedBuffer<T>::Free::operator()(T* pointer) const {
  fftwf_free(pointer);
}

template class AlignedBuffer<float>;
template class AlignedBuffer<Spectrum::Bin>;

struct Spectrum::Plans {
  fftwf_plan forward = nullptr;
  fftwf_plan inverse = nullptr;
};

Spectrum::Spectrum(std::size_t samples) : samples_(samples), plans_(std::make_unique<Plans>()) {
  assert(samples > 0 && samples % 2 == 0);
  AlignedBuffer<float> time(samples_);
  AlignedBuffer<Bin> frequency(bins());
  const int length = static_cast<int>(samples_);
  const std::lock_guard lock(planner_mutex());
  plans_->forward = fftwf_plan_dft_r2c_1d(length, time.data(), raw(frequency.data()), FFTW_ESTIMATE);
  plans_->inverse = fftwf_plan_dft_c2r_1d(length, raw(frequency.data()), time.data(), FFTW_ESTIMATE);
  assert(plans_->forward != nullptr && plans_->inverse != nullptr);
}

Spectrum::~Spectrum() {
  const std::lock_guard lock(planner_mutex());
  fftwf_destroy_plan(plans_->forward);
  fftwf_destroy_plan(plans_->inverse);
}

std::size_t Spectrum::fast_length(std::size_t samples) {
  std::size_t power = 8;
  while (power < samples) power *= 2;
  if (power / 8 * 5 >= samples) return power / 8 * 5;
  if (power / 4 * 3 >= samples) return power / 4 * 3;
  return power;
}

const Spectrum& Spectrum::shared(std::size_t samples) {
  static std::mutex mutex;
  static std::map<std::size_t, Spectrum> made;
  const std::lock_guard lock(mutex);
  return made.try_emplace(samples, samples).first->second;
}

void Spectrum::forward(AlignedBuffer<float>& time, AlignedBuffer<Bin>& frequency) const {
  assert(time.size() == samples_ && frequency.size() == bins());
  fftwf_execute_dft_r2c(plans_->forward, time.data(), raw(frequency.data()));
}

void Spectrum::inverse(AlignedBuffer<Bin>& frequency, AlignedBuffer<float>& time) const {
  assert(time.size() == samples_ && frequency.size() == bins());
  fftwf_execute_dft_c2r(plans_->inverse, raw(frequency.data()), time.data());
}

}  // namespace mote::data
