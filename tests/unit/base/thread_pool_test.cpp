#include "mote/base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

namespace mote {
namespace {

TEST(ThreadPool, RunsEveryTaskOnce) {
  for (int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    std::vector<std::atomic<int>> counts(1000);
    pool.run(1000, [&](std::int64_t task) { ++counts[static_cast<std::size_t>(task)]; });
    for (const auto& count : counts) EXPECT_EQ(count, 1);
  }
}

TEST(ThreadPool, ThrowsTheFailureOfTheFirstTaskAgain) {
  ThreadPool pool(3);
  try {
    pool.run(100, [](std::int64_t task) {
      if (task % 10 == 7) throw std::runtime_error(std::to_string(task));
    });
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "7");
  }
}

TEST(ThreadPool, GoesOnAfterAFailure) {
  ThreadPool pool(2);
  EXPECT_THROW(pool.run(1, [](std::int64_t) { throw std::runtime_error("x"); }), std::runtime_error);
  std::atomic<int> sum{0};
  pool.run(10, [&](std::int64_t task) { sum += static_cast<int>(task); });
  EXPECT_EQ(sum, 45);
}

TEST(ThreadPool, RunsABodyOnEveryWorkerAtOnce) {
  ThreadPool pool(4);
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> arrived{0};
    pool.run_on_all([&](int) {
      ++arrived;
      while (arrived != 4) std::this_thread::yield();
    });
    EXPECT_EQ(arrived, 4);
  }
}

}  // namespace
}  // namespace mote
