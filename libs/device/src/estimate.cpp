#include "mote/device/estimate.h"

namespace mote::device {
namespace {

constexpr double kFetchesPerInstruction = 2.8 / 8;  // bytes of an instruction on average, of a flash line
constexpr double kCacheMissesPerInstruction = 0.005;

double stall_cycles(const InstructionMix& mix, const Board& board) {
  const auto wait = static_cast<double>(board.flash_wait_states);
  const auto instructions = static_cast<double>(mix.instructions);
  switch (board.fetch) {
    case Fetch::kNone:
      return wait * (instructions * kFetchesPerInstruction + static_cast<double>(mix.branches_taken));
    case Fetch::kPrefetch:
      return wait * static_cast<double>(mix.branches_taken);
    case Fetch::kCache:
      break;
  }
  return wait * instructions * kCacheMissesPerInstruction;
}

}  // namespace

Estimate estimate(const InstructionMix& mix, const Board& board) {
  Estimate result;
  result.cycles = core_cycles(mix, board.timing) + stall_cycles(mix, board);
  result.milliseconds = result.cycles / static_cast<double>(board.clock_mhz) / 1e3;
  if (board.picojoules_per_cycle)
    result.microjoules = result.cycles * static_cast<double>(*board.picojoules_per_cycle) * 1e-6;
  return result;
}

}  // namespace mote::device
