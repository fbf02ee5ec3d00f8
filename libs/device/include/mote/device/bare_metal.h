// What a bare-metal program of a core is built and emulated with, as text: for projects that leave the house. Programs
// of our own are built by emulator.h. Needs no tool to be installed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/device/board.h"
#include "mote/device/core.h"

namespace mote::device {

struct BareMetal {
  std::string compiler_prefix;          // "arm-none-eabi-"
  std::vector<std::string> core_flags;  // -mcpu=…
  std::vector<std::string> link_flags;  // the C library
  std::vector<std::string> emulator;    // the command up to the image: "qemu-system-arm", "-M", …
  std::string start_file;               // the one of `files` that holds the reset code
  std::string emulator_script;          // linker script for the emulated machine
  struct File {
    std::string name;
    std::string text;
  };
  std::vector<File> files;  // start-up code and semihosting
};

// Not for kHost (asserted).
BareMetal bare_metal(Core core);

// The linker script of the board's own memories. Origins: where its flash and RAM begin.
std::string board_linker_script(const Board& board, std::uint32_t flash_origin, std::uint32_t ram_origin);

}  // namespace mote::device
