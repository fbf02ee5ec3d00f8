// The compilers and emulators of Debian 12, found in PATH. A missing one is an error that names its package.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mote/device/core.h"

namespace mote::device {

struct Toolchain {
  std::filesystem::path compiler;  // C compiler, also links
  std::filesystem::path nm;
  std::filesystem::path size;
  std::vector<std::string> core_flags;  // -mcpu=…, -march=…
  std::vector<std::string> link_flags;  // the C library to link; empty on the host
};

// Errors: kNotFound "[toolchain] cortex-m4 wanted the program 'arm-none-eabi-gcc', which is not installed: install the
// Debian package gcc-arm-none-eabi", also for a compiler without its C library.
Toolchain find_toolchain(Core core);

// The emulator's program, e.g. qemu-system-arm. Not for kHost (asserted). Errors: kNotFound as above.
std::filesystem::path find_emulator(Core core);

// What is missing to build and run code for the core, as the text of the error above; empty: nothing is missing.
std::string missing_tools(Core core);

}  // namespace mote::device
