// Builds a C program for a core and runs it: on the host as a process, for all others in QEMU on a bare machine, with
// instruction counts, the stack's peak and sizes. For verify, bench and tests of kernels.
//
// The program is given as sources; it includes "firmware.h" (libs/device/firmware/firmware.h, put beside it) for input,
// output, reports and markers, and defines main(). Start-up code and linker script are added here.
// Instructions are not cycles (estimate.h), but exact and the same in every run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mote/device/core.h"

namespace mote::device {

struct SourceText {
  std::string name;  // "main.c"; *.c and *.S are compiled, others are there to be included. May hold folders
  std::string text;
};

// What is put beside a program: all of firmware.h, or the start-up code alone, for which the program defines
// semihost_print() and semihost_exit().
enum class Support : std::uint8_t { kFirmware, kStartOnly };

struct Firmware {
  std::vector<SourceText> texts;
  std::vector<std::filesystem::path> sources;          // files compiled where they lie
  std::vector<std::filesystem::path> include_folders;  // beside the folder that `texts` are written to
  std::vector<std::string> defines;                    // "MOTE_PORTABLE" or "NAME=VALUE"
  std::vector<std::string> flags;                      // more words for the compiler
  std::string optimization = "-O2";
  Support support = Support::kFirmware;
};

// Bytes of a linked image, start-up code included. What the linker dropped is not in it.
struct ImageSizes {
  std::int64_t text_bytes = 0;    // instructions, vectors, unwinding tables
  std::int64_t rodata_bytes = 0;  // constants
  std::int64_t data_bytes = 0;    // variables with a start value: in flash and in RAM
  std::int64_t bss_bytes = 0;     // variables without: in RAM

  std::int64_t flash_bytes() const { return text_bytes + rodata_bytes + data_bytes; }
  std::int64_t static_ram_bytes() const { return data_bytes + bss_bytes; }
};

// A built program in a folder of its own, which goes away with the last copy.
struct Image {
  Core core = Core::kHost;
  std::string machine;  // "host", "mps2-an386"
  std::string note;     // where the machine differs from the core: the microbit was too small, say; mostly empty
  std::filesystem::path file;
  ImageSizes sizes;                             // empty for the host
  std::map<std::string, std::int64_t> symbols;  // bytes of every object and function in the image, by name
  std::shared_ptr<const void> folder;
};

// Compiled by -std=c99 with a section a function, unused sections dropped, no contraction of floats.
// Errors: kNotFound for a missing tool; kInvalid with the compiler's or linker's first words.
Image build_image(const Firmware& firmware, Core core);

enum class Counting : std::uint8_t {
  kNone,
  kInstructions,  // instructions a region
  kClasses,       // besides: memory accesses, taken branches, mnemonics; slower
};

struct RunOptions {
  std::vector<std::uint8_t> input;  // what firmware_read() reads
  Counting counting = Counting::kInstructions;
  int time_limit_seconds = 120;
};

struct ExecutionCounts {
  std::int64_t instructions = 0;
  std::int64_t loads = 0;           // accesses: a load of four registers counts four
  std::int64_t stores = 0;          // likewise
  std::int64_t branches_taken = 0;  // transfers that do not go to the next instruction
};

struct FirmwareResult {
  int exit_status = 0;               // of main(); 125 after a fault, 124 when a file of the host failed
  std::vector<std::uint8_t> output;  // what firmware_write() wrote
  std::map<std::string, std::int64_t> reports;
  std::optional<std::int64_t> stack_bytes;        // of firmware_measure_stack(); nothing on the host
  std::vector<ExecutionCounts> regions;           // in the order they ran; none on the host
  std::map<std::string, std::int64_t> mnemonics;  // executed inside regions; vector instructions by their leading bits
  std::string messages;                           // of program and emulator, for errors
};

// Errors: kNotFound for a missing emulator; kInvalid when the program does not end in time or the emulator refuses it.
FirmwareResult run_image(const Image& image, const RunOptions& options = {});

// Both in one, for a single run. Errors: those of both.
FirmwareResult run_firmware(const Firmware& firmware, Core core, const RunOptions& options = {});

}  // namespace mote::device
