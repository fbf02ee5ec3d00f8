#include "mote/device/core.h"

#include <fmt/format.h>

#include "mote/base/error.h"
#include "mote/base/text.h"

namespace mote::device {

std::vector<Core> all_cores() {
  std::vector<Core> cores;
  for (std::size_t i = 0; i < EnumNames<Core>::kNames.size(); ++i) cores.push_back(static_cast<Core>(i));
  return cores;
}

codegen::InstructionSet instruction_set(Core core) {
  switch (core) {
    case Core::kCortexM4:
    case Core::kCortexM7:
    case Core::kCortexM33:
      return codegen::InstructionSet::kArmDsp;
    case Core::kCortexM55:
      return codegen::InstructionSet::kHelium;
    default:
      return codegen::InstructionSet::kPortable;
  }
}

Core parse_core(std::string_view name) {
  if (const auto core = enum_value<Core>(name)) return *core;
  const std::vector<std::string> names(EnumNames<Core>::kNames.begin(), EnumNames<Core>::kNames.end());
  throw Error(ErrorCode::kUsage,
              fmt::format("wanted a core ({}), got '{}'{}", join(names, ", "), name, did_you_mean(name, names)));
}

}  // namespace mote::device
