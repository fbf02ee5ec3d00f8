// Models of many kinds of layers as C bundles on Cortex-M4 and Cortex-M55, measured in emulation: instructions, flash,
// RAM, and every layer's bytes compared with the desktop.
//   other_models_compare [--layers] [--optimize MODE] [--document FILE] [MODEL…]
// MODEL: names of other_models.h, all by default. --layers: instructions of each layer as well. MODE: size, balanced
// (by default) or speed. --document: the table replaces what stands between the lines "<!-- other_models -->" and
// "<!-- end -->" of the file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
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
#include "other_models.h"

namespace {

using namespace mote;

constexpr std::int64_t kVerifiedRecords = 2;

void print_layers(const device::Bench& bench) {
  for (const device::LayerInstructions& layer : bench.layers) {
    const auto products = static_cast<double>(layer.multiply_accumulates);
    const std::string each =
        products > 0 ? fmt::format("{:.2f}", static_cast<double>(layer.instructions) / products) : "-";
    fmt::print(stderr, "  {:24} {:36} {:>12} {:>12} {:>8}\n", layer.name, layer.kernel,
               group_digits(layer.multiply_accumulates), group_digits(layer.instructions), each);
  }
}

struct Settings {
  plan::Optimize optimize = plan::Optimize::kBalanced;
  bool with_layers = false;
};

std::string row(const std::string& name, const graph::Graph& graph, device::Core core, const Settings& settings) {
  exporter::BundleOptions options;
  options.name = "model";
  const device::Subject subject = device::make_subject(graph, core, settings.optimize, options);
  const device::Records records = device::random_records(subject.model, subject.options.frontend, kVerifiedRecords, 1);
  const device::Verification verification = device::verify(subject, records, core);
  const device::Bench bench = device::bench(subject, core);
  if (settings.with_layers) print_layers(bench);
  const double each =
      static_cast<double>(bench.inference.instructions) / static_cast<double>(bench.multiply_accumulates);
  return fmt::format("| {} | {} | {} | {} | {:.2f} | {} | {} | {} | {} |\n", name, enum_name(core),
                     group_digits(bench.multiply_accumulates), group_digits(bench.inference.instructions), each,
                     group_digits(bench.flash_overhead_bytes()), group_digits(bench.weight_bytes),
                     group_digits(bench.ram_bytes()), verification.equal() ? "equal" : device::describe(verification));
}

std::string table(const std::vector<std::string>& names, const Settings& settings) {
  std::string text =
      "| model | core | products | instructions | each | flash, B | weights, B | RAM, B | layers and outputs |\n"
      "|---|---|---|---|---|---|---|---|---|\n";
  for (const std::string& name : names) {
    const graph::Graph graph = benchmarks::other_model(name);
    for (const device::Core core : {device::Core::kCortexM4, device::Core::kCortexM55})
      text += row(name, graph, core, settings);
  }
  return text;
}

void write_into(const std::filesystem::path& document, const std::string& table_text) {
  constexpr std::string_view kBegin = "<!-- other_models -->\n";
  constexpr std::string_view kEnd = "<!-- end -->";
  std::string text = read_text_file(document);
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = begin == std::string::npos ? begin : text.find(kEnd, begin);
  if (end == std::string::npos)
    throw Error(ErrorCode::kInvalid, fmt::format("'{}': wanted the lines '<!-- other_models -->' and '{}', got none",
                                                 document.string(), kEnd));
  text.replace(begin + kBegin.size(), end - begin - kBegin.size(), table_text);
  write_file_atomic(document, std::string_view(text));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("other models on Cortex-M4 and M55");
  Settings settings;
  std::string optimize{enum_name(settings.optimize)};
  std::string document;
  std::vector<std::string> names;
  app.add_flag("--layers", settings.with_layers);
  app.add_option("--optimize", optimize)->check(CLI::IsMember({"size", "balanced", "speed"}));
  app.add_option("--document", document);
  app.add_option("models", names);
  CLI11_PARSE(app, argc, argv);
  settings.optimize = enum_value<plan::Optimize>(optimize).value_or(settings.optimize);
  try {
    const std::string text = table(names.empty() ? benchmarks::other_model_names() : names, settings);
    fmt::print("{}", text);
    if (!document.empty()) write_into(document, text);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
  return 0;
}
