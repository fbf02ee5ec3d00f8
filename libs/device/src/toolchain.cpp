#include "mote/device/toolchain.h"

#include <fmt/format.h>

#include <cassert>

#include "core_flags.h"
#include "mote/base/error.h"
#include "mote/base/process.h"
#include "mote/base/text.h"

namespace mote::device {
namespace {

std::filesystem::path wanted(Core core, const std::string& program, const char* package) {
  std::filesystem::path path = find_program(program);
  if (path.empty())
    throw Error(
        ErrorCode::kNotFound,
        fmt::format("[toolchain] {} wanted the program '{}', which is not installed: install the Debian package {}",
                    enum_name(core), program, package));
  return path;
}

// A compiler answers with the bare name when it has no such file.
void want_library(Core core, const std::filesystem::path& compiler, const std::vector<std::string>& flags,
                  const char* file, const char* package) {
  std::vector<std::string> command{compiler.string()};
  command.insert(command.end(), flags.begin(), flags.end());
  command.push_back(fmt::format("-print-file-name={}", file));
  const ProcessResult answer = run_process(command, {}, 20);
  if (answer.exit_code == 0 && trim(answer.output) != file) return;
  throw Error(ErrorCode::kNotFound,
              fmt::format("[toolchain] {} wanted '{}' of {}, which is not installed: install the Debian package {}",
                          enum_name(core), file, compiler.filename().string(), package));
}

Toolchain find_host() {
  for (const char* name : {"cc", "gcc", "clang"}) {
    const std::filesystem::path compiler = find_program(name);
    if (!compiler.empty()) return {compiler, {}, {}, {}, {}};
  }
  return {wanted(Core::kHost, "cc", "gcc"), {}, {}, {}, {}};
}

Toolchain find_cross(Core core, const std::string& prefix, const char* compiler_package, const char* binutils_package) {
  Toolchain tools;
  tools.compiler = wanted(core, prefix + "gcc", compiler_package);
  tools.nm = wanted(core, prefix + "nm", binutils_package);
  tools.size = wanted(core, prefix + "size", binutils_package);
  tools.core_flags = core_flags(core);
  return tools;
}

}  // namespace

std::vector<std::string> core_flags(Core core) {
  switch (core) {
    case Core::kHost:
      return {};
    case Core::kCortexM0:
      return {"-mcpu=cortex-m0", "-mthumb"};
    case Core::kCortexM3:
      return {"-mcpu=cortex-m3", "-mthumb"};
    case Core::kCortexM4:
      return {"-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"};
    case Core::kCortexM7:
      return {"-mcpu=cortex-m7", "-mthumb", "-mfpu=fpv5-d16", "-mfloat-abi=hard"};
    case Core::kCortexM33:
      return {"-mcpu=cortex-m33", "-mthumb", "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard"};
    case Core::kCortexM55:
      return {"-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard"};
    case Core::kRv32imc:
      return {"-march=rv32imc", "-mabi=ilp32", "-mcmodel=medany"};
  }
  return {};
}

Toolchain find_toolchain(Core core) {
  if (core == Core::kHost) return find_host();
  if (core == Core::kRv32imc) {
    Toolchain tools =
        find_cross(core, "riscv64-unknown-elf-", "gcc-riscv64-unknown-elf", "binutils-riscv64-unknown-elf");
    want_library(core, tools.compiler, tools.core_flags, "picolibc.specs", "picolibc-riscv64-unknown-elf");
    tools.core_flags.emplace_back("--specs=picolibc.specs");  // the headers as well
    return tools;
  }
  Toolchain tools = find_cross(core, "arm-none-eabi-", "gcc-arm-none-eabi", "binutils-arm-none-eabi");
  want_library(core, tools.compiler, tools.core_flags, "libc_nano.a", "libnewlib-arm-none-eabi");
  tools.link_flags = {"--specs=nosys.specs", "--specs=nano.specs"};
  return tools;
}

std::filesystem::path find_emulator(Core core) {
  assert(core != Core::kHost);
  if (core == Core::kRv32imc) return wanted(core, "qemu-system-riscv32", "qemu-system-misc");
  return wanted(core, "qemu-system-arm", "qemu-system-arm");
}

std::string missing_tools(Core core) {
  try {
    find_toolchain(core);
    if (core == Core::kHost) return {};
    find_emulator(core);
    find_toolchain(Core::kHost);
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

}  // namespace mote::device
