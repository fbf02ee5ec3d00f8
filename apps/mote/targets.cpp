#include "targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/device/board.h"
#include "mote/device/toolchain.h"

namespace mote::app {
namespace {

device::Core core_of(const std::string& name) {
  if (const auto core = enum_value<device::Core>(name)) return *core;
  if (name.ends_with(".toml")) return device::find_board(name).core;
  std::vector<std::string> known(EnumNames<device::Core>::kNames.begin(), EnumNames<device::Core>::kNames.end());
  for (const device::Board& board : device::built_in_boards()) {
    if (board.id == name) return board.core;
    known.push_back(board.id);
  }
  throw Error(ErrorCode::kUsage,
              fmt::format("wanted a target (all, {}), got '{}'{}", join(known, ", "), name, did_you_mean(name, known)));
}

}  // namespace

std::vector<Target> parse_targets(const std::string& text, HostTarget host) {
  std::vector<Target> targets;
  if (text == "all") {
    for (const device::Core core : device::all_cores()) {
      if (core == device::Core::kHost && host == HostTarget::kLeftOut) continue;
      targets.push_back({core, device::missing_tools(core)});
    }
    return targets;
  }
  for (const std::string& name : split(text, ',')) {
    const device::Core core = core_of(std::string(trim(name)));
    const bool known = std::ranges::any_of(targets, [&](const Target& one) { return one.core == core; });
    if (!known) targets.push_back({core, {}});
  }
  return targets;
}

plan::Optimize parse_optimize(const std::string& name) {
  if (const auto optimize = enum_value<plan::Optimize>(name)) return *optimize;
  throw Error(ErrorCode::kUsage, fmt::format("wanted size, balanced or speed, got '{}'", name));
}

}  // namespace mote::app
