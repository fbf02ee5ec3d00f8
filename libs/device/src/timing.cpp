#include "mote/device/timing.h"

#include <cstddef>

namespace mote::device {
namespace {

// Cycles of an instruction, and what each class costs on top. Sources and fit: docs/estimates.md.
struct Costs {
  double instruction;
  double load;
  double store;
  double branch_taken;
  double divide;
  double vector;
};

constexpr std::array<Costs, 9> kCosts{{
    {1.00, 1.00, 1.00, 1.00, 0.0, 0.0},  // cortex-m0plus: two stages, one bus for code and data
    {1.00, 0.90, 0.40, 2.00, 6.0, 0.0},  // cortex-m3
    {1.00, 0.90, 0.40, 2.00, 6.0, 0.0},  // cortex-m4: a load is 2 cycles, fewer in a row; LDM 1 + n
    {0.70, 0.45, 0.10, 0.60, 8.0, 0.0},  // cortex-m7: two at a time, branches predicted
    {0.95, 0.60, 0.30, 1.50, 6.0, 0.0},  // cortex-m33: pairs of 16-bit instructions at a time
    {0.95, 0.30, 0.20, 1.00, 6.0, 0.7},  // cortex-m55: two beats of four a cycle, arithmetic beside loads
    {0.65, 0.20, 0.10, 0.40, 6.0, 0.5},  // cortex-m85: two at a time
    {1.00, 0.50, 0.20, 2.00, 6.0, 0.0},  // xtensa
    {1.00, 0.60, 0.20, 2.00, 16.0, 0.0}  // rv32imc
}};

bool is_divide(std::string_view name) {
  return name.find("div") != std::string_view::npos || name.starts_with("rem");
}

// The plugin names what it cannot disassemble by its first halfword: 0xECxx to 0xEFxx and 0xFCxx to 0xFFxx are vectors.
bool is_vector(std::string_view name) {
  if (name.size() != 4 || (name[0] != 'e' && name[0] != 'f')) return false;
  const bool leading = name[1] >= 'c' && name[1] <= 'f';
  return leading && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

InstructionMix instruction_mix(const FirmwareResult& result) {
  InstructionMix mix;
  for (const ExecutionCounts& region : result.regions) {
    mix.instructions += region.instructions;
    mix.loads += region.loads;
    mix.stores += region.stores;
    mix.branches_taken += region.branches_taken;
  }
  for (const auto& [name, count] : result.mnemonics) {
    if (is_divide(name)) mix.divides += count;
    if (is_vector(name)) mix.vectors += count;
  }
  return mix;
}

double core_cycles(const InstructionMix& mix, Timing timing) {
  const Costs& costs = kCosts[static_cast<std::size_t>(timing)];
  const auto times = [](double cost, std::int64_t count) { return cost * static_cast<double>(count); };
  return times(costs.instruction, mix.instructions) + times(costs.load, mix.loads) + times(costs.store, mix.stores) +
         times(costs.branch_taken, mix.branches_taken) + times(costs.divide, mix.divides) +
         times(costs.vector, mix.vectors);
}

}  // namespace mote::device
