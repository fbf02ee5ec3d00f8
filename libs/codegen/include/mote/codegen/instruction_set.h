// Instruction sets that kernels are made for.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "mote/base/enum_names.h"

namespace mote::codegen {

// kPortable: C only (Cortex-M0, M3, RISC-V, Xtensa). kArmDsp: Armv7E-M and Armv8-M with the DSP extension (Cortex-M4,
// M7, M33). kHelium: Armv8.1-M with integer MVE (Cortex-M55, M85).
enum class InstructionSet : std::uint8_t { kPortable, kArmDsp, kHelium };

}  // namespace mote::codegen

template <>
struct mote::EnumNames<mote::codegen::InstructionSet> {
  static constexpr std::array<std::string_view, 3> kNames{"portable", "arm-dsp", "helium"};
};
