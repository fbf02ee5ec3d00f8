// The commands of mote: each adds itself to the command line and holds its own options.
#pragma once

#include <CLI/CLI.hpp>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mote/base/log.h"

namespace mote::app {

// Options that every command has.
struct Common {
  bool json = false;
  bool quiet = false;
  int threads = 0;
};

// What a command gets when it runs.
struct Session {
  const Common& common;
  LogSink& log;
  const std::atomic<bool>& stop;
};

inline constexpr int kGood = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kGateMissed = 3;

// Runs one command; the result is the exit code.
using Action = std::function<int(const Session&)>;

// Adds a subcommand with its options; `chosen` is set when it was on the command line.
using AddCommand = void (*)(CLI::App& app, Action& chosen);

void add_new(CLI::App& app, Action& chosen);
void add_check(CLI::App& app, Action& chosen);
void add_run(CLI::App& app, Action& chosen);  // and each stage by itself
void add_export(CLI::App& app, Action& chosen);
void add_compile(CLI::App& app, Action& chosen);
void add_data(CLI::App& app, Action& chosen);  // and data fetch
void add_eval(CLI::App& app, Action& chosen);
void add_extract(CLI::App& app, Action& chosen);
void add_schema(CLI::App& app, Action& chosen);
void add_inspect(CLI::App& app, Action& chosen);
void add_invoke(CLI::App& app, Action& chosen);
void add_verify(CLI::App& app, Action& chosen);
void add_doctor(CLI::App& app, Action& chosen);
void add_bench(CLI::App& app, Action& chosen);
void add_document(CLI::App& app, Action& chosen);  // completion, man page, reference

struct RecipeOptions;
// All stages of a recipe up to model.tflite.
int run_up_to_export(const RecipeOptions& chosen, const Session& session);

}  // namespace mote::app
