// mote: from a recipe to a neural network on a microcontroller. Parse the command line, call the pipeline, print.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "commands.h"
#include "console.h"
#include "mote/base/error.h"

namespace mote::app {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only set a lock-free flag");

// The first Ctrl-C asks the run to stop at its next step; the second one ends the process.
extern "C" void handle_signal(int number) {
  if (stop_requested.exchange(true)) std::signal(number, SIG_DFL);
}

constexpr AddCommand kCommands[] = {add_new,    add_check,  add_run,     add_export, add_compile,
                                    add_data,   add_eval,   add_extract, add_schema, add_inspect,
                                    add_invoke, add_verify, add_doctor,  add_bench,  add_document};

int exit_code(ErrorCode code) {
  if (code == ErrorCode::kUsage) return kUsage;
  return code == ErrorCode::kGate ? kGateMissed : kFailed;
}

void print_error_json(std::string_view code, std::string_view text) {
  fmt::print("{}\n", nlohmann::json{{"error", {{"code", code}, {"message", text}}}}.dump());
}

void print_error(const Common& common, std::string_view code, const char* text) {
  if (common.json) print_error_json(code, text);
  fmt::print(stderr, "error: {}\n", text);
}

// A command line that does not parse; help and version come this way as well.
int end_parsing(const CLI::App& app, const CLI::ParseError& error, std::span<char*> arguments) {
  const bool good = app.exit(error) == 0;
  if (good) return kGood;
  // Parsing may have ended before it came to --json.
  const auto is_json = [](const char* argument) { return std::string_view(argument) == "--json"; };
  if (std::any_of(arguments.begin(), arguments.end(), is_json)) {
    print_error_json(to_string(ErrorCode::kUsage), error.what());
  }
  return kUsage;
}

int run(const Action& action, const Common& common) {
  Console console(common.quiet ? Console::Style::kQuiet : detect_style());
  try {
    return action({common, console, stop_requested});
  } catch (const Error& error) {
    print_error(common, to_string(error.code()), error.what());
    return exit_code(error.code());
  } catch (const std::bad_alloc&) {
    print_error(common, "memory", "out of memory");
  } catch (const std::exception& error) {
    print_error(common, "internal", error.what());
  }
  return kFailed;
}

}  // namespace
}  // namespace mote::app

int main(int argc, char** argv) {
  using namespace mote::app;
  CLI::App app("mote: from a recipe to a neural network on a microcontroller", "mote");
  app.set_version_flag("--version", "mote " MOTE_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  Common common;
  app.add_flag("--json", common.json, "one JSON document on standard output; messages on standard error");
  app.add_flag("--quiet", common.quiet, "no messages and no progress");
  app.add_option("--threads", common.threads, "threads to use; 0 is one for each core. Results do not depend on it")
      ->check(CLI::Range(0, 256));
  Action action;
  for (const AddCommand add : kCommands) add(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return end_parsing(app, error, std::span(argv, static_cast<std::size_t>(argc)));
  }
  std::signal(SIGINT, handle_signal);
  std::signal(SIGTERM, handle_signal);
  std::signal(SIGPIPE, SIG_IGN);
  return run(action, common);
}
