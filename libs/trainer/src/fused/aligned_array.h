// A fixed array of floats that starts on a cache line, zero at first: what kernels read and write as vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace mote::trainer::fused {

inline constexpr std::size_t kCacheLineBytes = 64;
inline constexpr std::int64_t kCacheLineFloats = 16;

// `count` rounded up to whole units.
constexpr std::int64_t round_up(std::int64_t count, std::int64_t unit) {
  return (count + unit - 1) / unit * unit;
}

class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(std::int64_t count) : size_(count) {
    const std::size_t bytes = static_cast<std::size_t>(round_up(count, kCacheLineFloats)) * sizeof(float);
    if (bytes == 0) return;
    data_.reset(static_cast<float*>(::operator new (bytes, std::align_val_t{kCacheLineBytes})));
    std::memset(data_.get(), 0, bytes);
  }

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::int64_t size() const { return size_; }
  float& operator[](std::int64_t i) { return data_.get()[i]; }
  float operator[](std::int64_t i) const { return data_.get()[i]; }
  void fill(float value) {
    for (std::int64_t i = 0; i < size_; ++i) data_.get()[i] = value;
  }

 private:
  struct Release {
    void operator()(float* data) const { ::operator delete (data, std::align_val_t{kCacheLineBytes}); }
  };
  std::unique_ptr<float, Release> data_;
  std::int64_t size_ = 0;
};

}  // namespace mote::trainer::fused
