// The bare machines of QEMU 7.2 that firmware runs on: memories and command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/device/core.h"

namespace mote::device {

struct Memory {
  std::uint32_t origin = 0;
  std::uint32_t bytes = 0;
};

struct Machine {
  std::string name;
  std::vector<std::string> arguments;  // of the emulator
  Memory vectors;                      // where the core looks for its first instruction; part of `flash` when 0 bytes
  Memory flash;
  Memory ram;
  std::uint32_t stack_bytes = 0;
};

// In order of preference: a program that does not fit the first is linked for the next. Not for kHost (asserted).
std::vector<Machine> machines_of(Core core);

// The linker script: the machine's memories before firmware/sections.ld.
std::string linker_script(const Machine& machine);

}  // namespace mote::device
