// A barrier for a few threads that meet many times a step: it spins briefly and then yields, so that a busy machine is
// not made busier.
#pragma once

#include <atomic>
#include <thread>

namespace mote::trainer::fused {

class Barrier {
 public:
  explicit Barrier(int threads) : threads_(threads) {}

  // Waits for all threads. The last to arrive calls completion() before any of them goes on.
  template <class Completion>
  void wait(Completion&& completion) {
    const unsigned generation = generation_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads_ - 1) {
      completion();
      arrived_.store(0, std::memory_order_relaxed);
      generation_.store(generation + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; generation_.load(std::memory_order_acquire) == generation; ++spins) {
      if (spins < kSpins) relax();
      if (spins >= kSpins) std::this_thread::yield();
    }
  }

 private:
  static constexpr int kSpins = 4000;

  static void relax() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
  }

  int threads_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> generation_{0};
};

}  // namespace mote::trainer::fused
