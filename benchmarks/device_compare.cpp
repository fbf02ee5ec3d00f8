// The four conformance models as C bundles on Cortex-M4 and Cortex-M55, in the three modes, beside TensorFlow Lite
// Micro with CMSIS-NN: instructions, flash and RAM measured in the same emulator with the same compiler, and outputs
// compared.
//   device_compare CONFORMANCE_FOLDER [DOCUMENT]
// DOCUMENT: the table replaces what stands between its lines "<!-- device_compare -->" and "<!-- end -->".
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/device/bench.h"
#include "mote/device/verify.h"
#include "mote/tflite/reader.h"

namespace {

using namespace mote;

constexpr std::size_t kVerifiedRecords = 5;

// TFLM 90b983c2 with CMSIS-NN, int8 registrations only, arm-none-eabi-gcc 12.2 -O2, one inference in QEMU 7.2. Flash:
// whole image less the constants in the .tflite. RAM: arena, static data, stack.
struct Baseline {
  const char* model;
  const char* file;
  const char* folder;
  double instructions_m4;
  double instructions_m55;
  double flash_bytes;
  double ram_bytes;
};

constexpr Baseline kBaselines[] = {
    {"kws_ref_model", "kws_ref_model.tflite", "kws_ref_model", 7.70e6, 1.815e6, 107528 - 24376, 24336},
    {"person_detect", "person_detect.tflite", "person_detect", 22.93e6, 6.508e6, 344416 - 218928, 83824},
    {"micro_speech", "micro_speech_quantized.tflite", "micro_speech_quantized", 1.50e6, 1.008e6, 63228 - 16704, 8320},
    {"hello_world", "hello_world_int8.tflite", "hello_world_int8", 3501, 2119, 30960 - 420, 1712},
};

device::Records conformance_records(const std::filesystem::path& folder, std::int64_t input_bytes) {
  const std::vector<std::uint8_t> bytes = read_binary_file(folder / "inputs.bin");
  device::Records records;
  const std::size_t count = std::min(kVerifiedRecords, bytes.size() / static_cast<std::size_t>(input_bytes));
  for (std::size_t i = 0; i < count; ++i) records.names.push_back(fmt::format("{} {}", folder.string(), i));
  const std::size_t used = count * static_cast<std::size_t>(input_bytes);
  for (std::size_t i = 0; i < used; ++i) records.inputs.push_back(static_cast<std::int8_t>(bytes[i]));
  return records;
}

std::string ratio(double value, double baseline) {
  return fmt::format("{:.2f}", value / baseline);
}

std::string row(const Baseline& baseline, const graph::Graph& graph, const device::Records& records, device::Core core,
                plan::Optimize optimize) {
  exporter::BundleOptions options;
  options.name = baseline.model;
  options.golden_vectors = 1;
  const device::Subject subject = device::make_subject(graph, core, optimize, options);
  const device::Verification verification = device::verify(subject, records, core);
  const device::Bench bench = device::bench(subject, core);
  const double instructions = core == device::Core::kCortexM4 ? baseline.instructions_m4 : baseline.instructions_m55;
  const auto executed = static_cast<double>(bench.inference.instructions);
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", baseline.model, enum_name(core),
                     enum_name(optimize), group_digits(bench.inference.instructions), ratio(executed, instructions),
                     group_digits(bench.flash_overhead_bytes()),
                     ratio(static_cast<double>(bench.flash_overhead_bytes()), baseline.flash_bytes),
                     group_digits(bench.ram_bytes()), ratio(static_cast<double>(bench.ram_bytes()), baseline.ram_bytes),
                     verification.equal() ? "equal" : device::describe(verification));
}

std::string table(const std::filesystem::path& folder) {
  std::string text =
      "| model | core | mode | instructions | ratio | flash, B | ratio | RAM, B | ratio | layers and outputs |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Baseline& baseline : kBaselines) {
    const graph::Graph graph = tflite::read_model(read_binary_file(folder / baseline.file)).graph;
    std::int64_t input_bytes = 0;
    for (const graph::TensorId id : graph.inputs) input_bytes += graph.tensor(id).bytes();
    const device::Records records = conformance_records(folder / baseline.folder, input_bytes);
    for (const device::Core core : {device::Core::kCortexM4, device::Core::kCortexM55}) {
      for (const auto optimize : {plan::Optimize::kSize, plan::Optimize::kBalanced, plan::Optimize::kSpeed}) {
        text += row(baseline, graph, records, core, optimize);
      }
    }
  }
  return text;
}

void write_into(const std::filesystem::path& document, const std::string& table_text) {
  constexpr std::string_view kBegin = "<!-- device_compare -->\n";
  constexpr std::string_view kEnd = "<!-- end -->";
  std::string text = read_text_file(document);
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = begin == std::string::npos ? begin : text.find(kEnd, begin);
  if (end == std::string::npos)
    throw Error(ErrorCode::kInvalid, fmt::format("'{}': wanted the lines '<!-- device_compare -->' and '{}', got none",
                                                 document.string(), kEnd));
  text.replace(begin + kBegin.size(), end - begin - kBegin.size(), table_text);
  write_file_atomic(document, std::string_view(text));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    fmt::print(stderr, "device_compare CONFORMANCE_FOLDER [DOCUMENT]\n");
    return 2;
  }
  try {
    const std::string text = table(argv[1]);
    fmt::print("{}", text);
    if (argc == 3) write_into(argv[2], text);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
  return 0;
}
