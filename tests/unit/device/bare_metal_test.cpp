#include "mote/device/bare_metal.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mote::device {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(BareMetal, EveryCoreHasCompilerEmulatorAndStartUpCode) {
  for (const Core core : all_cores()) {
    if (core == Core::kHost) continue;
    const BareMetal parts = bare_metal(core);
    const bool riscv = core == Core::kRv32imc;
    EXPECT_EQ(parts.compiler_prefix, riscv ? "riscv64-unknown-elf-" : "arm-none-eabi-");
    EXPECT_EQ(parts.emulator.front(), riscv ? "qemu-system-riscv32" : "qemu-system-arm");
    EXPECT_EQ(parts.emulator.back(), "-kernel");
    EXPECT_FALSE(parts.core_flags.empty());
    EXPECT_TRUE(has(parts.emulator_script, "ENTRY(firmware_reset)"));
    const auto starts = [&](const BareMetal::File& file) {
      return file.name == parts.start_file && !file.text.empty();
    };
    EXPECT_EQ(std::count_if(parts.files.begin(), parts.files.end(), starts), 1);
  }
}

TEST(BareMetal, BoardsScriptHasItsMemories) {
  const std::string script = board_linker_script(find_board("stm32h7"), 0x08000000, 0x24000000);
  EXPECT_TRUE(has(script, "FLASH (rx) : ORIGIN = 0x08000000, LENGTH = 0x200000")) << script;
  EXPECT_TRUE(has(script, "RAM (rwx) : ORIGIN = 0x24000000, LENGTH = 0x100000")) << script;
}

}  // namespace
}  // namespace mote::device
