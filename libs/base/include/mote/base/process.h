// Runs another program without a shell.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mote {

struct ProcessResult {
  int exit_code = 0;   // 128 + signal number when it was killed
  std::string output;  // standard output
  std::string errors;  // standard error
};

// Runs argv[0], looked up in PATH, in `folder` (empty: here) and waits for it. Standard input is empty.
// Errors: kNotFound when the program does not exist, kIo when it cannot be started.
ProcessResult run_process(const std::vector<std::string>& argv, const std::filesystem::path& folder = {});

// The full path of a program in PATH, or an empty path.
std::filesystem::path find_program(const std::string& name);

}  // namespace mote
