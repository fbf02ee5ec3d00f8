// Time and energy of a measured run on a board. Method, error and checks: docs/estimates.md.
#pragma once

#include <optional>

#include "mote/device/board.h"
#include "mote/device/timing.h"

namespace mote::device {

struct Estimate {
  double cycles = 0;
  double milliseconds = 0;
  std::optional<double> microjoules;  // nothing where the board has no figure
};

// `mix` is of a run on the board's core.
Estimate estimate(const InstructionMix& mix, const Board& board);

}  // namespace mote::device
