#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "embedded_text.h"
#include "machine.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/process.h"
#include "mote/base/text.h"
#include "mote/device/emulator.h"
#include "mote/device/toolchain.h"

namespace mote::device {
namespace {

using Words = std::vector<std::string>;

constexpr int kToolSeconds = 60;
constexpr int kFaultStatus = 125;
constexpr int kFileStatus = 124;

Machine machine_of(const Image& image) {
  const std::vector<Machine> machines = machines_of(image.core);
  return *std::find_if(machines.begin(), machines.end(),
                       [&](const Machine& machine) { return machine.name == image.machine; });
}

// The counting plugin, built by the host's compiler once an image.
std::string counting_plugin(const std::filesystem::path& folder) {
  const char* const name = "./count_plugin.so";
  if (std::filesystem::exists(folder / name)) return name;
  for (const char* file : {"qemu_plugin.h", "count_plugin.c"}) write_file_atomic(folder / file, firmware_text(file));
  const Toolchain host = find_toolchain(Core::kHost);
  const ProcessResult result = run_process(
      {host.compiler.string(), "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-o", name, "count_plugin.c"}, folder,
      kToolSeconds);
  if (result.exit_code != 0)
    throw Error(ErrorCode::kInvalid,
                fmt::format("[emulator] wanted to build the counting plugin, got:\n{}", result.errors));
  return name;
}

// The address of a function; programs without markers have none.
std::string address_of(const Image& image, const std::string& function) {
  const Toolchain tools = find_toolchain(image.core);
  const ProcessResult result = run_process({tools.nm.string(), image.file.string()}, {}, kToolSeconds);
  for (const std::string& line : split(result.output, '\n')) {
    if (line.ends_with(" T " + function)) return "0x" + line.substr(0, line.find(' '));
  }
  return {};
}

Words plugin_words(const Image& image, const std::filesystem::path& folder, Counting counting) {
  if (counting == Counting::kNone) return {};
  const std::string begin = address_of(image, "firmware_region_begin");
  const std::string end = address_of(image, "firmware_region_end");
  if (begin.empty() || end.empty()) return {};
  std::string plugin = fmt::format("{},begin={},end={},out=counts.txt", counting_plugin(folder), begin, end);
  if (counting == Counting::kClasses) plugin += ",classes=1";
  return {"-plugin", plugin};
}

Words command_of(const Image& image, const std::filesystem::path& folder, Counting counting) {
  if (image.core == Core::kHost) return {image.file.string()};
  Words words{find_emulator(image.core).string()};
  const Words machine = machine_of(image).arguments;
  words.insert(words.end(), machine.begin(), machine.end());
  for (const char* word : {"-display", "none", "-monitor", "none", "-serial", "null", "-semihosting-config",
                           "enable=on,target=native", "-kernel"})
    words.emplace_back(word);
  words.push_back(image.file.string());
  const Words plugin = plugin_words(image, folder, counting);
  words.insert(words.end(), plugin.begin(), plugin.end());
  return words;
}

void read_reports(const std::string& messages, FirmwareResult& result) {
  for (const std::string& line : split(messages, '\n')) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() != 3 || words[0] != "report") continue;
    result.reports[words[1]] = parse_int(words[2]).value_or(0);
  }
  if (const auto stack = result.reports.find("stack_bytes"); stack != result.reports.end())
    result.stack_bytes = stack->second;
}

void read_counts(const std::filesystem::path& file, FirmwareResult& result) {
  if (!std::filesystem::exists(file)) return;
  for (const std::string& line : split(read_text_file(file), '\n')) {
    const std::vector<std::string> words = split(line, ' ');
    const auto number = [&](std::size_t at) { return parse_int(words[at]).value_or(0); };
    if (words.size() == 5 && words[0] == "region")
      result.regions.push_back({number(1), number(2), number(3), number(4)});
    if (words.size() == 3 && words[0] == "mnemonic") result.mnemonics[words[1]] += number(2);
  }
}

// The emulator ends with the program's status; when the program never ran, it has said why.
void want_an_end(const Image& image, const ProcessResult& process, int time_limit_seconds) {
  if (process.timed_out)
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("[emulator] wanted the program to end within {} s on {}, got no end: it hangs, or the limit "
                    "is too low for it",
                    time_limit_seconds, image.machine));
  if (image.core == Core::kHost) return;
  const bool ended = process.errors.find("END\n") != std::string::npos || process.exit_code == kFileStatus ||
                     process.exit_code == kFaultStatus;
  if (!ended)
    throw Error(ErrorCode::kInvalid, fmt::format("[emulator] wanted {} to run the program, got exit status {}: {}",
                                                 image.machine, process.exit_code, trim(process.errors)));
}

}  // namespace

FirmwareResult run_image(const Image& image, const RunOptions& options) {
  const std::filesystem::path folder = image.file.parent_path();
  write_file_atomic(folder / "input.bin", std::span<const std::uint8_t>(options.input));
  for (const char* name : {"output.bin", "counts.txt"}) std::filesystem::remove(folder / name);
  const Words command = command_of(image, folder, options.counting);
  const ProcessResult process = run_process(command, folder, options.time_limit_seconds);
  want_an_end(image, process, options.time_limit_seconds);
  FirmwareResult result;
  result.exit_status = process.exit_code;
  result.messages = process.errors;
  if (std::filesystem::exists(folder / "output.bin")) result.output = read_binary_file(folder / "output.bin");
  read_reports(process.errors, result);
  read_counts(folder / "counts.txt", result);
  return result;
}

FirmwareResult run_firmware(const Firmware& firmware, Core core, const RunOptions& options) {
  return run_image(build_image(firmware, core), options);
}

}  // namespace mote::device
