#include "console.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace mote::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBarEvery = std::chrono::milliseconds(80);
constexpr auto kLineEvery = std::chrono::seconds(5);

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = spdlog::stderr_color_mt("mote");
    made->set_pattern("%^%v%$");
    return made;
  }();
  return *instance;
}

std::string duration_text(double seconds) {
  const std::int64_t whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  return fmt::format("{}:{:02d} min", whole / 60, whole % 60);
}

std::string bar_text(double share) {
  constexpr int kWidth = 24;
  const int full = static_cast<int>(share * kWidth);
  std::string text;
  for (int i = 0; i < kWidth; ++i) text += i < full ? "█" : "░";
  return text;
}

}  // namespace

Console::Style detect_style() {
  return ::isatty(STDERR_FILENO) != 0 ? Console::Style::kTerminal : Console::Style::kLines;
}

Console::Console(Style style) : style_(style) {}

Console::~Console() {
  clear_bar();
}

void Console::message(LogLevel level, std::string_view text) {
  if (style_ == Style::kQuiet) return;
  const std::lock_guard lock(mutex_);
  clear_bar();
  if (level == LogLevel::kWarning) {
    logger().warn("warning: {}", text);
  } else {
    logger().info("{}", text);
  }
}

void Console::progress(const Progress& progress) {
  if (style_ == Style::kQuiet || progress.total <= 0) return;
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  const std::string name(progress.task);
  const bool known = tasks_.contains(name);
  Task& task = tasks_[name];
  if (!known) task = {now, Clock::time_point{}, progress.done};
  const bool finished = progress.done >= progress.total;
  const auto pause = style_ == Style::kTerminal ? Clock::duration(kBarEvery) : Clock::duration(kLineEvery);
  if (!finished && now - task.shown < pause) return;
  task.shown = now;
  const double elapsed = std::chrono::duration<double>(now - task.begin).count();
  const std::int64_t worked = progress.done - task.first;
  std::string time_left;
  if (worked > 0 && !finished) {
    time_left =
        duration_text(elapsed * static_cast<double>(progress.total - progress.done) / static_cast<double>(worked)) +
        " left";
  }
  if (finished) time_left = duration_text(elapsed);
  if (style_ == Style::kTerminal) {
    draw_bar(progress, time_left);
  } else {
    logger().info("{} {}/{}  {}  {}", progress.task, progress.done, progress.total, progress.note, time_left);
  }
  if (finished) {
    if (bar_shown_) std::fputs("\n", stderr);
    bar_shown_ = false;
    tasks_.erase(name);
  }
}

void Console::draw_bar(const Progress& progress, const std::string& time_left) {
  const double share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
  const std::string line = fmt::format("\r\033[K{:<9} {} {:3.0f} %  {}  {}", progress.task, bar_text(share),
                                       share * 100, progress.note, time_left);
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  bar_shown_ = true;
}

void Console::clear_bar() {
  if (!bar_shown_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  bar_shown_ = false;
}

}  // namespace mote::app
