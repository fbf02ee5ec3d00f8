// Where libraries send messages and progress. Libraries never print; the command line decides what becomes of it:
// a bar on a terminal, plain lines in CI, nothing with --quiet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mote {

enum class LogLevel : std::uint8_t { kInfo, kWarning };

// One report of a running piece of work. `done == total` ends it.
struct Progress {
  std::string_view task;   // short, stable: "train", "features"
  std::int64_t done = 0;   // units finished
  std::int64_t total = 0;  // units in all, > 0
  std::string_view note;   // e.g. "loss 0.31  val 91.2 %"; may be empty
};

// Thread-safe in implementations; calls may come from any thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void message(LogLevel level, std::string_view text) = 0;
  virtual void progress(const Progress& progress) = 0;

  void info(std::string_view text) { message(LogLevel::kInfo, text); }
  void warning(std::string_view text) { message(LogLevel::kWarning, text); }
};

// Swallows everything. Lives for the whole program.
LogSink& null_log();

}  // namespace mote
