// Runs another program without a shell.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mote {

struct ProcessResult {
  int exit_code = 0;  // 128 + signal number when it was killed
  bool timed_out = false;
  std::string output;  // standard output
  std::string errors;  // standard error
};

// Runs argv[0], looked up in PATH, in `folder` (empty: here) and waits for it. Standard input is empty. After
// `time_limit_seconds` (0: none) the program is killed; output is what had come by then. It dies with this process.
// Errors: kNotFound when the program does not exist, kIo when it cannot be started.
ProcessResult run_process(const std::vector<std::string>& argv, const std::filesystem::path& folder = {},
                          int time_limit_seconds = 0);

// The full path of a program in PATH, or an empty path.
std::filesystem::path find_program(const std::string& name);

}  // namespace mote
