// Persistent worker threads for work cut into a fixed number of tasks.
//
// Determinism: what a task computes may depend on its number, never on the thread that runs it or on how many there
// are. Workers spin briefly and then sleep, so that a busy machine is not made busier.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace mote {

class ThreadPool {
 public:
  // `threads` >= 1 includes the calling thread. 0 means one for each core.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const;

  // Runs task(0) … task(count - 1), the calling thread included, and returns when all are done. The first exception (by
  // task number) is thrown again here. Not reentrant: a task may not call run().
  void run(std::int64_t count, const std::function<void(std::int64_t task)>& task);

  // Runs body(worker) once on each of threads() workers at the same time (worker 0 is the caller), for code that keeps
  // its own barriers. Bodies must not throw.
  void run_on_all(const std::function<void(int worker)>& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mote
