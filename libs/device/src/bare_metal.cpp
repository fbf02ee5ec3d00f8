#include "mote/device/bare_metal.h"

#include <cassert>

#include "core_flags.h"
#include "embedded_text.h"
#include "machine.h"

namespace mote::device {
namespace {

constexpr std::uint32_t kBoardStackBytes = 8 * 1024;

// The roomiest: what runs on the core's own board may be larger than the first machine.
Machine machine_of(Core core) {
  return machines_of(core).back();
}

std::vector<std::string> emulator_command(Core core) {
  std::vector<std::string> words{core == Core::kRv32imc ? "qemu-system-riscv32" : "qemu-system-arm"};
  for (const std::string& word : machine_of(core).arguments) words.push_back(word);
  for (const char* word : {"-display", "none", "-monitor", "none", "-serial", "null", "-semihosting-config",
                           "enable=on,target=native", "-kernel"})
    words.emplace_back(word);
  return words;
}

}  // namespace

BareMetal bare_metal(Core core) {
  assert(core != Core::kHost);
  const bool riscv = core == Core::kRv32imc;
  BareMetal result;
  result.compiler_prefix = riscv ? "riscv64-unknown-elf-" : "arm-none-eabi-";
  result.core_flags = core_flags(core);
  if (riscv) result.core_flags.emplace_back("--specs=picolibc.specs");  // the headers as well
  if (!riscv) result.link_flags = {"--specs=nosys.specs", "--specs=nano.specs"};
  result.emulator = emulator_command(core);
  result.start_file = riscv ? "start_riscv.S" : "start_arm.c";
  result.emulator_script = linker_script(machine_of(core));
  for (const std::string& name : {result.start_file, std::string("semihost.c"), std::string("semihost.h")})
    result.files.push_back({name, std::string(firmware_text(name))});
  return result;
}

std::string board_linker_script(const Board& board, std::uint32_t flash_origin, std::uint32_t ram_origin) {
  Machine machine;
  machine.flash = {flash_origin, static_cast<std::uint32_t>(board.flash_kb * 1024)};
  machine.ram = {ram_origin, static_cast<std::uint32_t>(board.ram_kb * 1024)};
  machine.stack_bytes = kBoardStackBytes;
  return linker_script(machine);
}

}  // namespace mote::device
