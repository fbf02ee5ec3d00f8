// What the libraries report becomes text for people: a bar on a terminal, plain lines in CI, nothing with --quiet.
// Messages and progress go to standard error; standard output belongs to results.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "mote/base/log.h"

namespace mote::app {

class Console final : public LogSink {
 public:
  enum class Style { kQuiet, kLines, kTerminal };

  explicit Console(Style style);
  ~Console() override;

  void message(LogLevel level, std::string_view text) override;
  void progress(const Progress& progress) override;

 private:
  struct Task {
    std::chrono::steady_clock::time_point begin;
    std::chrono::steady_clock::time_point shown;
    std::int64_t first = 0;  // work done before this run, when it resumes
  };
  void draw_bar(const Progress& progress, const std::string& time_left);
  void clear_bar();

  Style style_;
  std::mutex mutex_;
  std::map<std::string, Task> tasks_;
  bool bar_shown_ = false;
};

// A terminal gets a bar, anything else lines.
Console::Style detect_style();

}  // namespace mote::app
