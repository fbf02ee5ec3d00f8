// Cycles of a run from what it executed: instructions by class and a table of costs for each pipeline. An estimate,
// good to some 30 % (docs/estimates.md says how, and against what it was checked); instruction counts themselves are
// exact.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "mote/base/enum_names.h"
#include "mote/device/emulator.h"

namespace mote::device {

enum class Timing : std::uint8_t {
  kCortexM0Plus,
  kCortexM3,
  kCortexM4,
  kCortexM7,
  kCortexM33,
  kCortexM55,
  kCortexM85,
  kXtensa,
  kRv32imc,
};

// What was executed, by class. The classes overlap: every class is among `instructions` as well, and a load of four
// registers is one instruction and four loads.
struct InstructionMix {
  std::int64_t instructions = 0;
  std::int64_t loads = 0;
  std::int64_t stores = 0;
  std::int64_t branches_taken = 0;
  std::int64_t divides = 0;
  std::int64_t vectors = 0;  // Helium, memory accesses included
};

// Of all regions of a run with Counting::kClasses.
InstructionMix instruction_mix(const FirmwareResult& result);

// Cycles in memory without wait states.
double core_cycles(const InstructionMix& mix, Timing timing);

}  // namespace mote::device

template <>
struct mote::EnumNames<mote::device::Timing> {
  static constexpr std::array<std::string_view, 9> kNames{"cortex-m0plus", "cortex-m3",  "cortex-m4",
                                                          "cortex-m7",     "cortex-m33", "cortex-m55",
                                                          "cortex-m85",    "xtensa",     "rv32imc"};
};
