#include <fmt/format.h>

#include <string>

#include "embedded_text.h"
#include "machine.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/process.h"
#include "mote/base/text.h"
#include "mote/device/emulator.h"
#include "mote/device/toolchain.h"
#include "work_folder.h"

namespace mote::device {
namespace {

constexpr int kCompileSeconds = 300;
constexpr std::size_t kErrorLines = 6;

using Words = std::vector<std::string>;

void append(Words& words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
}

bool is_compiled(const std::string& name) {
  return name.ends_with(".c") || name.ends_with(".S");
}

std::string first_lines(const std::string& text) {
  std::vector<std::string> lines = split(trim(text), '\n');
  if (lines.size() > kErrorLines) lines.resize(kErrorLines);
  return join(lines, "\n");
}

void copy_firmware_file(const std::filesystem::path& folder, const std::string& name) {
  write_file_atomic(folder / name, firmware_text(name));
}

// The files that every program of the core gets; returns those to compile.
Words write_support(const std::filesystem::path& folder, Core core, Support support) {
  copy_firmware_file(folder, "firmware.h");
  copy_firmware_file(folder, "semihost.h");
  Words sources;
  if (core != Core::kHost) sources.emplace_back(core == Core::kRv32imc ? "start_riscv.S" : "start_arm.c");
  if (core != Core::kHost && support == Support::kFirmware) {
    sources.emplace_back("semihost.c");
    sources.emplace_back("firmware_emulated.c");
  }
  if (core == Core::kHost) sources.emplace_back("firmware_host.c");
  for (const std::string& name : sources) copy_firmware_file(folder, name);
  return sources;
}

// The compiler's words up to the sources.
Words compile_command(const Firmware& firmware, const Toolchain& tools) {
  Words command{tools.compiler.string()};
  append(command, tools.core_flags);
  append(command, {firmware.optimization, "-std=c99", "-Wall", "-Wextra", "-ffp-contract=off", "-ffunction-sections",
                   "-fdata-sections", "-I."});
  for (const auto& folder : firmware.include_folders)
    command.push_back("-I" + std::filesystem::absolute(folder).string());
  for (const std::string& define : firmware.defines) command.push_back("-D" + define);
  append(command, firmware.flags);
  return command;
}

Words link_words(const Toolchain& tools, Core core) {
  if (core == Core::kHost) return {"-Wl,--gc-sections"};
  Words words{"-nostartfiles", "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,--no-warn-rwx-segments", "-T",
              "machine.ld"};
  append(words, tools.link_flags);
  return words;
}

bool does_not_fit(const std::string& errors) {
  return errors.find("overflowed by") != std::string::npos ||
         errors.find("will not fit in region") != std::string::npos;
}

// Compiles to objects once; linking may be tried for several machines.
Words compile(const Firmware& firmware, const Toolchain& tools, const std::filesystem::path& folder, Words sources) {
  for (const SourceText& text : firmware.texts) {
    write_file_atomic(folder / text.name, std::string_view(text.text));
    if (is_compiled(text.name)) sources.push_back(text.name);
  }
  for (const auto& path : firmware.sources) sources.push_back(std::filesystem::absolute(path).string());
  make_folder(folder / "objects");
  const Words command = compile_command(firmware, tools);
  Words objects;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    objects.push_back(fmt::format("objects/{}.o", i));
    Words words = command;
    append(words, {"-c", "-o", objects.back(), sources[i]});
    const ProcessResult result = run_process(words, folder, kCompileSeconds);
    if (result.exit_code != 0)
      throw Error(ErrorCode::kInvalid,
                  fmt::format("[toolchain] {} wanted to compile '{}', got:\n{}", tools.compiler.filename().string(),
                              sources[i], first_lines(result.errors)));
  }
  return objects;
}

ProcessResult link(const Toolchain& tools, Core core, const std::filesystem::path& folder, const Words& objects) {
  Words words{tools.compiler.string()};
  append(words, tools.core_flags);
  append(words, objects);
  append(words, {"-o", "firmware"});
  append(words, link_words(tools, core));
  return run_process(words, folder, kCompileSeconds);
}

[[noreturn]] void refuse_link(Core core, const std::string& errors) {
  throw Error(ErrorCode::kInvalid,
              fmt::format("[toolchain] {} wanted to link the program, got:\n{}", enum_name(core), first_lines(errors)));
}

// `size -A` prints "section bytes address" a line.
ImageSizes read_sizes(const Toolchain& tools, const std::filesystem::path& file) {
  const ProcessResult result = run_process({tools.size.string(), "-A", "-d", file.string()}, {}, kCompileSeconds);
  ImageSizes sizes;
  for (const std::string& line : split(result.output, '\n')) {
    const std::size_t end = line.find(' ');
    if (end == std::string::npos) continue;
    const std::string name = line.substr(0, end);
    const std::string_view rest = trim(std::string_view(line).substr(end));
    const std::int64_t bytes = parse_int(rest.substr(0, rest.find(' '))).value_or(0);
    if (name == ".vectors" || name == ".text" || name == ".ARM.exidx") sizes.text_bytes += bytes;
    if (name == ".rodata") sizes.rodata_bytes += bytes;
    if (name == ".data") sizes.data_bytes += bytes;
    if (name == ".bss") sizes.bss_bytes += bytes;
  }
  return sizes;
}

// `nm -S` prints "address bytes kind name" for what has a size. Static symbols of one name in several files add up.
std::map<std::string, std::int64_t> read_symbols(const Toolchain& tools, const std::filesystem::path& file) {
  const ProcessResult result = run_process({tools.nm.string(), "-S", "-t", "d", file.string()}, {}, kCompileSeconds);
  std::map<std::string, std::int64_t> symbols;
  for (const std::string& line : split(result.output, '\n')) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() != 4) continue;
    std::string_view digits = words[1];
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    symbols[words[3]] += parse_int(digits).value_or(0);
  }
  return symbols;
}

void link_for_machine(const Toolchain& tools, const Words& objects, const std::filesystem::path& folder, Image& image) {
  const std::vector<Machine> machines = machines_of(image.core);
  for (std::size_t i = 0; i < machines.size(); ++i) {
    write_file_atomic(folder / "machine.ld", std::string_view(linker_script(machines[i])));
    const ProcessResult result = link(tools, image.core, folder, objects);
    const bool last = i + 1 == machines.size();
    if (result.exit_code != 0 && (last || !does_not_fit(result.errors))) refuse_link(image.core, result.errors);
    if (result.exit_code != 0) continue;
    image.machine = machines[i].name;
    if (i > 0) image.note = fmt::format("too large for {}, run on {}", machines[0].name, machines[i].name);
    return;
  }
}

}  // namespace

Image build_image(const Firmware& firmware, Core core) {
  const Toolchain tools = find_toolchain(core);
  auto folder = std::make_shared<WorkFolder>();
  Image image;
  image.core = core;
  image.file = folder->path() / "firmware";
  const Words sources = write_support(folder->path(), core, firmware.support);
  const Words objects = compile(firmware, tools, folder->path(), sources);
  if (core == Core::kHost) {
    image.machine = "host";
    const ProcessResult result = link(tools, core, folder->path(), objects);
    if (result.exit_code != 0) refuse_link(core, result.errors);
  } else {
    link_for_machine(tools, objects, folder->path(), image);
    image.sizes = read_sizes(tools, image.file);
    image.symbols = read_symbols(tools, image.file);
  }
  image.folder = std::move(folder);
  return image;
}

}  // namespace mote::device
