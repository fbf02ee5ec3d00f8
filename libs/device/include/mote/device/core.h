// Processor cores that mote builds and runs code for: the host, and those that an emulator is at hand for.
// A board (board.h) names one of them; boards with other cores name the one that stands in for theirs.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/codegen/instruction_set.h"

namespace mote::device {

enum class Core : std::uint8_t {
  kHost,       // this machine, by its C compiler
  kCortexM0,   // Armv6-M
  kCortexM3,   // Armv7-M
  kCortexM4,   // Armv7E-M, single-precision floating point
  kCortexM7,   // Armv7E-M, double-precision floating point
  kCortexM33,  // Armv8-M with DSP, single-precision floating point
  kCortexM55,  // Armv8.1-M with integer and float vectors (Helium)
  kRv32imc,    // RISC-V, 32 bits, compressed, without floating point
};

}  // namespace mote::device

template <>
struct mote::EnumNames<mote::device::Core> {
  static constexpr std::array<std::string_view, 8> kNames{"host",      "cortex-m0",  "cortex-m3",  "cortex-m4",
                                                          "cortex-m7", "cortex-m33", "cortex-m55", "rv32imc"};
};

namespace mote::device {

// All cores, in the order of the enum.
std::vector<Core> all_cores();

// What codegen makes kernels for on this core.
codegen::InstructionSet instruction_set(Core core);

// "cortex-m4" and its kin. Errors: kUsage with the known names and the nearest one.
Core parse_core(std::string_view name);

}  // namespace mote::device
