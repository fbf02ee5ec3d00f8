#include "mote/device/verify_bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>

#include "embedded_text.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/runtime/status.h"

namespace mote::device {
namespace {

constexpr const char* kProgram = "selftest_main.c";
constexpr std::string_view kSingle = "_all.h";

[[noreturn]] void fail(ErrorCode code, const std::string& message) {
  throw Error(code, "[verify] " + message);
}

const exporter::BundleFile* find_file(const exporter::BundleOnDisk& bundle, std::string_view path) {
  const auto found = std::ranges::find(bundle.files, path, &exporter::BundleFile::path);
  return found == bundle.files.end() ? nullptr : &*found;
}

// What the self-test and its program are called in this bundle.
struct Names {
  std::string name;     // "kws"
  std::string macro;    // "KWS"
  bool single = false;  // kws_all.h holds everything
};

Names names_of(const exporter::BundleOnDisk& bundle) {
  constexpr std::array<std::string_view, 5> kOthers{"frontend.h", "golden.h", "listen.h", "postprocess.h",
                                                    "selftest.h"};
  const bool folder = find_file(bundle, "selftest.h") != nullptr;
  Names names;
  for (const exporter::BundleFile& file : bundle.files) {
    if (!file.path.ends_with(".h") || file.path.find('/') != std::string::npos) continue;
    if (folder && std::ranges::find(kOthers, file.path) == kOthers.end())
      names.name = file.path.substr(0, file.path.size() - 2);
    if (folder || !file.path.ends_with(kSingle)) continue;
    names.name = file.path.substr(0, file.path.size() - kSingle.size());
    names.single = true;
  }
  if (names.name.empty())
    fail(ErrorCode::kUnsupported, "wanted a bundle with its self-test, got none: mote export --format c makes one");
  names.macro = names.name;
  std::ranges::transform(names.macro, names.macro.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return names;
}

// The proof is worth nothing when its own files are not those that the export wrote.
void check_proof(const exporter::BundleOnDisk& bundle) {
  for (const char* file : {"golden.c", "golden.h", "selftest.c", "selftest.h"}) {
    if (std::ranges::find(bundle.changed, file) != bundle.changed.end())
      fail(ErrorCode::kCorrupt,
           fmt::format("wanted {} as the export wrote it, got a damaged or changed one: export again", file));
  }
}

std::string subject_header(const Names& names) {
  std::string text = fmt::format("#include \"{}\"\n", names.single ? names.name + "_all.h" : "selftest.h");
  for (const char* constant : {"ARENA_BYTES", "ARENA_ALIGNMENT", "LAYER_COUNT"})
    text += fmt::format("#define SUBJECT_{1} {0}_{1}\n", names.macro, constant);
  for (const char* one : {"selftest", "selftest_result"})
    text += fmt::format("#define subject_{1} {0}_{1}\n", names.name, one);
  return text +
         fmt::format("#ifdef {0}_SELFTEST_WORK_BYTES\n#define SUBJECT_WORK_BYTES {0}_SELFTEST_WORK_BYTES\n#endif\n",
                     names.macro);
}

Firmware firmware_of(const exporter::BundleOnDisk& bundle, const Names& names) {
  Firmware firmware;
  for (const exporter::BundleFile& file : bundle.files) {
    if (file.path != "example_main.c" && !file.path.starts_with("mote/src/cmsis_nn/"))
      firmware.texts.push_back({file.path, file.text});
  }
  firmware.texts.push_back({"subject.h", subject_header(names)});
  firmware.texts.push_back({kProgram, std::string(firmware_text(kProgram))});
  firmware.defines = {"MOTE_OBSERVE", "MOTE_SELFTEST"};
  return firmware;
}

// As the self-test wants it (export/bundle/selftest.c.in); a single file has no other place that says it.
std::int64_t vector_count(const exporter::BundleOnDisk& bundle, const Names& names) {
  constexpr std::string_view kCheck = "set->vector_count != ";
  const exporter::BundleFile* const file = find_file(bundle, names.single ? names.name + "_all.c" : "selftest.c");
  const std::size_t at = file == nullptr ? std::string::npos : file->text.find(kCheck);
  if (at == std::string::npos) fail(ErrorCode::kCorrupt, "wanted the number of golden vectors, got none: export again");
  const std::string_view rest = std::string_view(file->text).substr(at + kCheck.size());
  return parse_int(rest.substr(0, rest.find(')'))).value_or(0);
}

// Takes the program's answer off its output.
class Answer {
 public:
  explicit Answer(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  std::int32_t word() { return static_cast<std::int32_t>(static_cast<std::uint32_t>(number(4))); }
  std::int64_t wide() { return static_cast<std::int64_t>(number(8)); }
  std::string name() {
    std::string text;
    while (const char letter = static_cast<char>(number(1))) text += letter;
    return text;
  }

 private:
  std::uint64_t number(std::size_t count) {
    if (bytes_.size() - at_ < count) fail(ErrorCode::kInvalid, "wanted the self-test's result, got a shorter output");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{bytes_[at_++]} << (8 * i);
    return value;
  }

  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

struct Stage {
  const char* name;
  const char* file;
};

// In the order of NAME_selftest_stage (export/bundle/selftest.h.in).
constexpr std::array<Stage, 6> kStages{{{"features", "frontend.c"},
                                        {"input", "frontend.c"},
                                        {"listening", "listen.c"},
                                        {"layer", "model.c"},
                                        {"output", "model.c"},
                                        {"post-processing", "postprocess.c"}}};

// Floats are compared by their bits.
bool has_float_features(const exporter::BundleOnDisk& bundle, const Names& names) {
  const exporter::BundleFile* const file = find_file(bundle, names.single ? names.name + "_all.c" : "golden.h");
  return file != nullptr && file->text.find("const float* features;") != std::string::npos;
}

double value_of(std::int64_t raw, bool is_float) {
  if (!is_float) return static_cast<double>(raw);
  return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(raw)));
}

Difference read_difference(Answer& answer, const exporter::BundleOnDisk& bundle, const Names& names) {
  Difference difference;
  const auto stage = static_cast<std::size_t>(answer.word());
  const std::int32_t row = answer.word();
  difference.index = answer.word();
  const std::int64_t wanted = answer.wide();
  const std::int64_t got = answer.wide();
  difference.record = answer.name();
  const std::string name = answer.name();
  if (stage >= kStages.size()) fail(ErrorCode::kCorrupt, "wanted a stage of the self-test, got another: export again");
  difference.stage = kStages[stage].name;
  difference.file = names.single ? names.name + "_all.c" : kStages[stage].file;
  difference.differing = 1;
  if (row >= 0) {
    difference.layer = name;
    difference.operands = fmt::format("hash of all values: wanted {:016x}, got {:016x}",
                                      static_cast<std::uint64_t>(wanted), static_cast<std::uint64_t>(got));
    return difference;
  }
  const bool is_float = stage == 0 && has_float_features(bundle, names);
  difference.wanted = value_of(wanted, is_float);
  difference.got = value_of(got, is_float);
  if (stage + 1 == kStages.size() && difference.index < 0)
    difference.operands = fmt::format("the class that fires: wanted {}, got {}", wanted, got);
  return difference;
}

void check_status(mote_status status) {
  if (status == MOTE_OK || status == MOTE_ERROR_SELFTEST_DIFFERENCE) return;
  const ErrorCode code = status == MOTE_ERROR_SELFTEST_GOLDEN ? ErrorCode::kCorrupt : ErrorCode::kInvalid;
  fail(code, fmt::format("wanted the self-test to run, got the status '{}': export again", mote_status_text(status)));
}

}  // namespace

Verification verify_bundle(const exporter::BundleOnDisk& bundle, Core core, const VerifyOptions& options) {
  const Names names = names_of(bundle);
  check_proof(bundle);
  const Image image = build_image(firmware_of(bundle, names), core);
  RunOptions run;
  run.counting = Counting::kNone;
  run.time_limit_seconds = options.time_limit_seconds;
  FirmwareResult output = run_image(image, run);
  if (output.exit_status != 0)
    fail(ErrorCode::kInvalid, fmt::format("wanted the self-test to end on {}, got exit status {}: {}", image.machine,
                                          output.exit_status, trim(output.messages)));
  Answer answer(std::move(output.output));
  const auto status = static_cast<mote_status>(answer.word());
  check_status(status);
  Verification result;
  result.core = core;
  result.machine = image.machine;
  result.note = image.note;
  result.layers = answer.word();
  result.records = vector_count(bundle, names);
  if (!bundle.changed.empty())
    result.note +=
        fmt::format("{}changed since the export: {}", result.note.empty() ? "" : "; ", join(bundle.changed, ", "));
  if (status == MOTE_ERROR_SELFTEST_DIFFERENCE) result.difference = read_difference(answer, bundle, names);
  return result;
}

}  // namespace mote::device
