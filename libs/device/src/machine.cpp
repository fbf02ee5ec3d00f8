#include "machine.h"

#include <fmt/format.h>

#include <cassert>

#include "embedded_text.h"

namespace mote::device {
namespace {

constexpr std::uint32_t kKilo = 1024;
constexpr std::uint32_t kMega = 1024 * kKilo;
constexpr std::uint32_t kStackBytes = 64 * kKilo;

// Arm MPS2 boards with the images AN385, AN386, AN500: SSRAM1 for code, SSRAM2 and 3 for data.
Machine mps2(const std::string& image) {
  return {"mps2-" + image, {"-M", "mps2-" + image}, {}, {0x00000000, 4 * kMega}, {0x20000000, 4 * kMega}, kStackBytes};
}

// nRF51822 with 256 KB of flash and 16 KB of RAM.
Machine microbit() {
  return {"microbit", {"-M", "microbit"}, {}, {0x00000000, 256 * kKilo}, {0x20000000, 16 * kKilo}, 3 * kKilo};
}

// The core boots secure, and so from the secure aliases.
Machine an505() {
  return {"mps2-an505", {"-M", "mps2-an505"}, {}, {0x10000000, 4 * kMega}, {0x38000000, 4 * kMega}, kStackBytes};
}

// Vectors in the ITCM, code in the 2 MB of SRAM, data in the internal SRAM.
Machine an547() {
  return {
      "mps3-an547", {"-M", "mps3-an547"}, {0x00000000, 512 * kKilo}, {0x01000000, 2 * kMega}, {0x21000000, 4 * kMega},
      kStackBytes};
}

// 'virt' takes every extension unless told otherwise.
Machine riscv_virt() {
  return {"virt (rv32imc)",
          {"-M", "virt", "-bios", "none", "-cpu", "rv32,a=off,f=off,d=off,v=off,h=off,s=off,u=off,mmu=off"},
          {},
          {0x80000000, 4 * kMega},
          {0x80400000, 4 * kMega},
          kStackBytes};
}

}  // namespace

std::vector<Machine> machines_of(Core core) {
  assert(core != Core::kHost);
  switch (core) {
    case Core::kCortexM0:  // the M3 executes Armv6-M code instruction by instruction
      return {microbit(), mps2("an385")};
    case Core::kCortexM3:
      return {mps2("an385")};
    case Core::kCortexM4:
      return {mps2("an386")};
    case Core::kCortexM7:
      return {mps2("an500")};
    case Core::kCortexM33:
      return {an505()};
    case Core::kCortexM55:
      return {an547()};
    default:
      return {riscv_virt()};
  }
}

std::string linker_script(const Machine& machine) {
  const auto memory = [](const char* name, const char* rights, const Memory& where) {
    return fmt::format("  {} ({}) : ORIGIN = 0x{:08x}, LENGTH = 0x{:x}\n", name, rights, where.origin, where.bytes);
  };
  std::string text = fmt::format("STACK_BYTES = {};\nMEMORY {{\n", machine.stack_bytes);
  const bool apart = machine.vectors.bytes != 0;
  if (apart) text += memory("VECTORS", "rx", machine.vectors);
  text += memory("FLASH", "rx", machine.flash) + memory("RAM", "rwx", machine.ram) + "}\n";
  if (!apart) text += "REGION_ALIAS(\"VECTORS\", FLASH)\n";
  return text + std::string(firmware_text("sections.ld"));
}

}  // namespace mote::device
