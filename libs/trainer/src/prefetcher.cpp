#include "prefetcher.h"

#include <utility>

namespace mote::trainer {

Prefetcher::Prefetcher(Make make) : make_(std::move(make)), thread_([this] { run(); }) {}

Prefetcher::~Prefetcher() {
  want(Work::kQuit);
  thread_.join();
}

void Prefetcher::want(Work work) {
  const std::lock_guard lock(mutex_);
  work_ = work;
  changed_.notify_all();
}

void Prefetcher::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return work_ == Work::kWanted || work_ == Work::kQuit; });
    if (work_ == Work::kQuit) return;
    std::exception_ptr failure;
    lock.unlock();
    try {
      make_(epoch_, next_, buffers_[making_]);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    failure_ = failure;
    if (work_ == Work::kWanted) work_ = Work::kDone;
    changed_.notify_all();
  }
}

void Prefetcher::begin(std::int32_t epoch, std::int64_t first, std::int64_t last) {
  epoch_ = epoch;
  next_ = first;
  last_ = last;
  if (next_ < last_) want(Work::kWanted);
}

const MadeBatch& Prefetcher::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return work_ == Work::kDone; });
  work_ = Work::kNone;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  const MadeBatch& made = buffers_[making_];
  making_ = 1 - making_;
  ++next_;
  if (next_ < last_) {
    work_ = Work::kWanted;
    changed_.notify_all();
  }
  return made;
}

}  // namespace mote::trainer
