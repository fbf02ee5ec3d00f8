#include "mote/device/core.h"

#include <gtest/gtest.h>

#include "error_text.h"

namespace mote::device {
namespace {

TEST(Core, IsFoundByName) {
  EXPECT_EQ(parse_core("cortex-m33"), Core::kCortexM33);
  for (const Core core : all_cores()) EXPECT_EQ(parse_core(enum_name(core)), core);
}

TEST(Core, AnUnknownNameIsAnErrorWithTheNearestOne) {
  EXPECT_EQ(test::error_text([] { parse_core("cortex-m44"); }),
            "usage: wanted a core (host, cortex-m0, cortex-m3, cortex-m4, cortex-m7, cortex-m33, cortex-m55, rv32imc), "
            "got 'cortex-m44' (did you mean 'cortex-m4'?)");
}

TEST(Core, TellsCodegenItsInstructionSet) {
  EXPECT_EQ(instruction_set(Core::kCortexM0), codegen::InstructionSet::kPortable);
  EXPECT_EQ(instruction_set(Core::kCortexM3), codegen::InstructionSet::kPortable);
  EXPECT_EQ(instruction_set(Core::kCortexM7), codegen::InstructionSet::kArmDsp);
  EXPECT_EQ(instruction_set(Core::kCortexM33), codegen::InstructionSet::kArmDsp);
  EXPECT_EQ(instruction_set(Core::kCortexM55), codegen::InstructionSet::kHelium);
  EXPECT_EQ(instruction_set(Core::kRv32imc), codegen::InstructionSet::kPortable);
}

}  // namespace
}  // namespace mote::device
