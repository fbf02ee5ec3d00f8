// Which cores a command is for: `--target` as core, board, list of both, or all.
#pragma once

#include <string>
#include <vector>

#include "mote/device/core.h"
#include "mote/plan/plan_options.h"

namespace mote::app {

struct Target {
  device::Core core = device::Core::kHost;
  std::string missing;  // of `all`: why this core is skipped; empty: nothing is missing
};

enum class HostTarget { kTaken, kLeftOut };

// "all", or names of cores and boards with commas between them. Each core once, in the order given.
// Errors: kUsage for an unknown name, with the nearest one.
std::vector<Target> parse_targets(const std::string& text, HostTarget host);

// "size", "balanced", "speed". Errors: kUsage.
plan::Optimize parse_optimize(const std::string& name);

}  // namespace mote::app
