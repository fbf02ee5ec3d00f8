// Makes the next batch on a thread of its own while the current one is trained on. Changes when batches are made, never
// what is in them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "batch_maker.h"

namespace mote::trainer {

class Prefetcher {
 public:
  using Make = std::function<void(std::int32_t epoch, std::int64_t number, MadeBatch& batch)>;

  explicit Prefetcher(Make make);
  ~Prefetcher();
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  // Begins to make batch `first` of [first, last) of an epoch. Call it when the batches of the epoch before are taken.
  void begin(std::int32_t epoch, std::int64_t first, std::int64_t last);

  // The next batch, which stays as it is until the next call; the one after it is begun. Throws what `make` threw.
  const MadeBatch& take();

 private:
  enum class Work : std::uint8_t { kNone, kWanted, kDone, kQuit };

  void run();
  void want(Work work);

  Make make_;
  MadeBatch buffers_[2];
  int making_ = 0;  // the buffer that is being made
  std::int32_t epoch_ = 0;
  std::int64_t next_ = 0;
  std::int64_t last_ = 0;
  Work work_ = Work::kNone;
  std::exception_ptr failure_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace mote::trainer
