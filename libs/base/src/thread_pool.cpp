#include "mote/base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

namespace mote {
namespace {

// Long enough to bridge the gap between two steps of a trainer, short enough not to be seen on a busy machine.
constexpr int kSpinRounds = 2000;

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

struct ThreadPool::State {
  std::vector<std::thread> workers;
  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable idle;
  std::atomic<std::uint64_t> generation{0};
  std::atomic<int> running{0};
  bool quit = false;
  const std::function<void(int)>* body = nullptr;

  void work(int worker) {
    std::uint64_t seen = 0;
    for (;;) {
      for (int i = 0; i < kSpinRounds && generation.load(std::memory_order_acquire) == seen; ++i) relax();
      {
        std::unique_lock lock(mutex);
        wake.wait(lock, [&] { return generation.load(std::memory_order_relaxed) != seen; });
        seen = generation.load(std::memory_order_relaxed);
        if (quit) return;
      }
      (*body)(worker);
      if (running.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        const std::lock_guard lock(mutex);
        idle.notify_one();
      }
    }
  }

  void start(const std::function<void(int)>* next) {
    {
      const std::lock_guard lock(mutex);
      body = next;
      running.store(static_cast<int>(workers.size()), std::memory_order_relaxed);
      generation.fetch_add(1, std::memory_order_release);
    }
    wake.notify_all();
  }

  void wait() {
    for (int i = 0; i < kSpinRounds && running.load(std::memory_order_acquire) != 0; ++i) relax();
    std::unique_lock lock(mutex);
    idle.wait(lock, [&] { return running.load(std::memory_order_acquire) == 0; });
  }
};

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  if (threads <= 0) threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  for (int worker = 1; worker < threads; ++worker) {
    state_->workers.emplace_back([state = state_.get(), worker] { state->work(worker); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->quit = true;
    state_->generation.fetch_add(1, std::memory_order_release);
  }
  state_->wake.notify_all();
  for (auto& worker : state_->workers) worker.join();
}

int ThreadPool::threads() const {
  return static_cast<int>(state_->workers.size()) + 1;
}

void ThreadPool::run_on_all(const std::function<void(int)>& body) {
  if (state_->workers.empty()) return body(0);
  state_->start(&body);
  body(0);
  state_->wait();
}

void ThreadPool::run(std::int64_t count, const std::function<void(std::int64_t)>& task) {
  std::atomic<std::int64_t> next{0};
  std::mutex failure_mutex;
  std::int64_t failed_task = std::numeric_limits<std::int64_t>::max();
  std::exception_ptr failure;
  run_on_all([&](int) {
    for (;;) {
      const std::int64_t number = next.fetch_add(1, std::memory_order_relaxed);
      if (number >= count) return;
      try {
        task(number);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (number < failed_task) {
          failed_task = number;
          failure = std::current_exception();
        }
      }
    }
  });
  if (failure) std::rethrow_exception(failure);
}

}  // namespace mote
