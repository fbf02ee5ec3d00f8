// Real Fourier transforms of fixed length for filters and coloured noise, on FFTW.
//
// FFTW_ESTIMATE, so that the plan (and with it every bit of the result) does not depend on a timing. FFTW's planner is
// not thread-safe, its execution is: plans are made under one lock and shared from then on.
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace mote::data {

// Memory aligned as FFTW wants it, not initialized.
template <class T>
class AlignedBuffer {
 public:
  explicit AlignedBuffer(std::size_t count);
  std::span<T> span() { return {data_.get(), count_}; }
  T* data() { return data_.get(); }
  std::size_t size() const { return count_; }

 private:
  struct Free {
    void operator()(T* pointer) const;
  };
  std::unique_ptr<T[], Free> data_;
  std::size_t count_;
};

class Spectrum {
 public:
  using Bin = std::complex<float>;

  // `samples` must be even and > 0.
  explicit Spectrum(std::size_t samples);
  ~Spectrum();
  Spectrum(const Spectrum&) = delete;
  Spectrum& operator=(const Spectrum&) = delete;

  // The least length >= `samples` that is 2^k, 3·2^k or 5·2^k: lengths that transform fast.
  static std::size_t fast_length(std::size_t samples);
  // The transform of that length, made once and kept for the whole program.
  static const Spectrum& shared(std::size_t samples);

  std::size_t samples() const { return samples_; }
  std::size_t bins() const { return samples_ / 2 + 1; }

  // Unscaled; `time` has samples(), `frequency` bins() entries, both from AlignedBuffer.
  void forward(AlignedBuffer<float>& time, AlignedBuffer<Bin>& frequency) const;
  // Unscaled: inverse(forward(x)) is samples() times x. Overwrites `frequency`.
  void inverse(AlignedBuffer<Bin>& frequency, AlignedBuffer<float>& time) const;

 private:
  struct Plans;
  std::size_t samples_;
  std::unique_ptr<Plans> plans_;
};

}  // namespace mote::data
