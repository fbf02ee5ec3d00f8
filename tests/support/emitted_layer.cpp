#include "emitted_layer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "mote/base/rng.h"
#include "mote/device/emulator.h"
#include "mote/device/toolchain.h"
#include "mote/plan/host_runner.h"

namespace mote::test {
namespace {

using Bytes = std::vector<std::uint8_t>;
using plan::Layout;

constexpr std::int64_t kGuardBytes = 32;
constexpr int kDataSets = 4;

// What compilers make of a few lines of C differs by this much from layer to layer.
constexpr std::int64_t kFlashSlackBytes = 64;
constexpr std::int64_t kInstructionSlack = 120;

// Where one layer's tensors lie in the test's arena.
struct Arena {
  std::vector<codegen::Operand> inputs;
  codegen::Operand output;
  std::int64_t scratch = 0;
  std::int64_t bytes = 0;
};

std::vector<const graph::Tensor*> activations(const graph::Graph& graph) {
  std::vector<const graph::Tensor*> found;
  for (const graph::TensorId id : graph.nodes.front().inputs) {
    if (!graph.tensor(id).constant) found.push_back(&graph.tensor(id));
  }
  return found;
}

const graph::Tensor& output_of(const graph::Graph& graph) {
  return graph.tensor(graph.nodes.front().outputs.front());
}

std::int64_t behind(std::int64_t end) {
  return (end + 15) / 16 * 16 + kGuardBytes;
}

// Output and input 0 in one place.
std::int64_t place_together(const EmittedLayer& layer, Arena& arena, std::int64_t at) {
  const std::int64_t distance = *layer.distance_bytes;
  arena.output.offset_bytes = at + std::max<std::int64_t>(0, -distance);
  arena.inputs[0].offset_bytes = arena.output.offset_bytes + distance;
  const std::int64_t input_end =
      arena.inputs[0].offset_bytes + plan::stored_bytes(*activations(layer.graph)[0], arena.inputs[0].layout);
  const std::int64_t output_end =
      arena.output.offset_bytes + plan::stored_bytes(output_of(layer.graph), arena.output.layout);
  return behind(std::max(input_end, output_end));
}

Arena lay_out(const EmittedLayer& layer) {
  const auto inputs = activations(layer.graph);
  Arena arena;
  std::int64_t at = kGuardBytes;
  arena.output.layout = layer.option.output;
  for (std::size_t i = 0; i < inputs.size(); ++i) arena.inputs.push_back({layer.option.inputs[i], 0});
  if (layer.distance_bytes) at = place_together(layer, arena, at);
  for (std::size_t i = layer.distance_bytes ? 1 : 0; i < inputs.size(); ++i) {
    arena.inputs[i].offset_bytes = at;
    at = behind(at + plan::stored_bytes(*inputs[i], arena.inputs[i].layout));
  }
  if (!layer.distance_bytes) {
    arena.output.offset_bytes = at;
    at = behind(at + plan::stored_bytes(output_of(layer.graph), arena.output.layout));
  }
  arena.scratch = at;
  arena.bytes = behind(at + layer.option.scratch_bytes);
  return arena;
}

// Index into the stored form for byte `i` of the graph's order. Planes hold bytes; in NHWC the two orders are one.
std::size_t stored_index(const graph::Tensor& tensor, Layout layout, std::int64_t i) {
  if (layout == Layout::kNhwc) return static_cast<std::size_t>(i);
  const plan::PlaneGeometry geometry = plan::plane_geometry(tensor);
  return static_cast<std::size_t>(i % geometry.channels * geometry.pitch_bytes() + i / geometry.channels);
}

std::uint8_t stored_value(std::int8_t value, Layout layout) {
  return static_cast<std::uint8_t>(layout == Layout::kNhwc ? value : value + 128);
}

// A value of `bits` bits: any, one of the two extremes, the least, the greatest.
std::int32_t some_value(Rng& rng, int bits, int data_set) {
  const std::int32_t least = -(1 << (bits - 1));
  const std::int32_t drawn = static_cast<std::int32_t>(rng.below(std::uint64_t{1} << bits)) + least;
  const std::int32_t extreme = drawn < 0 ? least : -least - 1;
  const std::int32_t constant = data_set == 2 ? least : -least - 1;
  return data_set == 0 ? drawn : data_set == 1 ? extreme : constant;
}

// The bytes of an activation in the graph's order.
std::vector<std::int8_t> some_bytes(Rng& rng, const graph::Tensor& tensor, int data_set) {
  std::vector<std::int8_t> bytes;
  const int width = static_cast<int>(tensor.bytes() / tensor.elements());
  for (std::int64_t i = 0; i < tensor.elements(); ++i) {
    const std::int32_t value = some_value(rng, 8 * width, data_set);
    for (int byte = 0; byte < width; ++byte) bytes.push_back(static_cast<std::int8_t>(value >> (8 * byte)));
  }
  return bytes;
}

// One run of one layer: the arena before, and the output that it must hold afterwards.
struct Run {
  std::size_t layer = 0;
  Bytes before;
  std::vector<std::int8_t> wanted;
};

Run make_run(const EmittedLayer& layer, const Arena& arena, std::size_t index, int data_set) {
  Rng rng = Rng::derive(5, "emitted layer", {index, static_cast<std::uint64_t>(data_set)});
  Run run{index, Bytes(static_cast<std::size_t>(arena.bytes)), {}};
  for (std::uint8_t& byte : run.before) byte = static_cast<std::uint8_t>(rng.below(256));
  std::vector<std::int8_t> all;
  const auto inputs = activations(layer.graph);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<std::int8_t> values = some_bytes(rng, *inputs[i], data_set);
    const codegen::Operand& place = arena.inputs[i];
    for (std::int64_t j = 0; j < inputs[i]->bytes(); ++j) {
      const std::int8_t value = values[static_cast<std::size_t>(j)];
      run.before[static_cast<std::size_t>(place.offset_bytes) + stored_index(*inputs[i], place.layout, j)] =
          stored_value(value, place.layout);
    }
    all.insert(all.end(), values.begin(), values.end());
  }
  run.wanted.resize(static_cast<std::size_t>(output_of(layer.graph).bytes()));
  plan::HostRunner(layer.graph).run(all, run.wanted);
  return run;
}

std::string title(const EmittedLayer& layer) {
  const std::string distance = layer.distance_bytes ? fmt::format(" at distance {}", *layer.distance_bytes) : "";
  return layer.name + " " + layer.option.name + distance;
}

// Bytes that the kernel may write: output, scratch, and an input that shares memory with the output.
std::vector<bool> writable(const EmittedLayer& layer, const Arena& arena) {
  std::vector<bool> may(static_cast<std::size_t>(arena.bytes), false);
  const auto allow = [&](std::int64_t from, std::int64_t bytes) { std::fill_n(may.begin() + from, bytes, true); };
  allow(arena.output.offset_bytes, plan::stored_bytes(output_of(layer.graph), arena.output.layout));
  allow(arena.scratch, layer.option.scratch_bytes);
  if (layer.distance_bytes) {
    const auto& input = arena.inputs[0];
    allow(input.offset_bytes, plan::stored_bytes(*activations(layer.graph)[0], input.layout));
  }
  return may;
}

std::string difference(const EmittedLayer& layer, const Arena& arena, const Run& run,
                       std::span<const std::uint8_t> after) {
  const graph::Tensor& output = output_of(layer.graph);
  for (std::int64_t i = 0; i < output.bytes(); ++i) {
    const std::size_t at =
        static_cast<std::size_t>(arena.output.offset_bytes) + stored_index(output, arena.output.layout, i);
    const std::uint8_t wanted = stored_value(run.wanted[static_cast<std::size_t>(i)], arena.output.layout);
    if (after[at] != wanted)
      return fmt::format("{}: output byte {} is {}, wanted {}", title(layer), i, after[at], wanted);
  }
  const std::vector<bool> may = writable(layer, arena);
  for (std::size_t at = 0; at < may.size(); ++at) {
    if (!may[at] && after[at] != run.before[at])
      return fmt::format("{}: wrote byte {} of the arena (output at {}, scratch at {})", title(layer), at,
                         arena.output.offset_bytes, arena.scratch);
  }
  return "";
}

std::string symbol_of(std::size_t layer) {
  return fmt::format("layer{:04}", layer);
}

void add_cores(const std::vector<codegen::Core>& cores, std::map<std::string, codegen::Core>& all) {
  for (const codegen::Core& core : cores) {
    const auto [place, is_new] = all.emplace(core.name, core);
    EXPECT_TRUE(is_new || (place->second.source == core.source && place->second.header == core.header))
        << "two texts of " << core.name;
  }
}

struct Program {
  device::Firmware firmware;
  std::vector<Run> runs;
  std::vector<Arena> arenas;
  std::vector<std::vector<std::string>> cores;  // of each layer
};

std::string main_text(const Program& program) {
  std::string text = "#include \"firmware.h\"\n";
  std::int64_t most = 0;
  for (std::size_t i = 0; i < program.arenas.size(); ++i) {
    text += fmt::format("void {}_entry(uint8_t* arena);\n", symbol_of(i));
    most = std::max(most, program.arenas[i].bytes);
  }
  text += fmt::format("static uint8_t arena[{}] __attribute__((aligned(16)));\n", most);
  text += "static void run(void (*layer)(uint8_t*), uint32_t bytes) {\n";
  text += "  firmware_read(arena, bytes);\n  firmware_region_begin();\n  layer(arena);\n  firmware_region_end();\n";
  text += "  firmware_write(arena, bytes);\n}\n";
  text += "int main(void) {\n";
  for (const Run& run : program.runs)
    text += fmt::format("  run({}_entry, {});\n", symbol_of(run.layer), run.before.size());
  return text + "  return 0;\n}\n";
}

// Start-up code of bare machines cannot be pedantic, so what is emitted makes its own warnings errors there.
const char* const kStrict =
    "#pragma GCC diagnostic error \"-Wpedantic\"\n"
    "#pragma GCC diagnostic error \"-Wconversion\"\n"
    "#pragma GCC diagnostic error \"-Wsign-compare\"\n"
    "#pragma GCC diagnostic error \"-Wunused\"\n"
    "#pragma GCC diagnostic error \"-Wimplicit-function-declaration\"\n"
    "#include <stdint.h>\n";

// A core is a file of its own, as in a bundle: one compiled beside others is inlined in other ways.
device::SourceText source_of(const codegen::Core& core) {
  return {core.name + ".c", fmt::format("{}#include \"{}.h\"\n{}", kStrict, core.name, core.source)};
}

device::SourceText header_of(const codegen::Core& core) {
  return {core.name + ".h", fmt::format("#ifndef {0}_h\n#define {0}_h\n{1}\n#endif\n", core.name, core.header)};
}

Program make_program(std::span<const EmittedLayer> layers, device::Core target, const LayerBuild& build) {
  Program program;
  std::map<std::string, codegen::Core> cores;
  std::string text = kStrict;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Arena arena = lay_out(layers[i]);
    const codegen::LayerCall call{symbol_of(i), layers[i].option.name, arena.inputs, arena.output, arena.scratch};
    const codegen::LayerText layer = codegen::emit(layers[i].graph, 0, layers[i].set, call);
    program.cores.emplace_back();
    for (const codegen::Core& core : layer.cores) {
      text += "#include \"" + core.name + ".h\"\n";
      program.cores.back().push_back(core.name);
    }
    add_cores(layer.cores, cores);
    text += layer.text;
    text +=
        fmt::format("void {0}_entry(uint8_t* arena);\nvoid {0}_entry(uint8_t* arena) {{ {0}(arena); }}\n", call.symbol);
    program.arenas.push_back(arena);
    for (int data_set = 0; data_set < kDataSets; ++data_set)
      program.runs.push_back(make_run(layers[i], arena, i, data_set));
  }
  for (const auto& [name, core] : cores) {
    program.firmware.texts.push_back(header_of(core));
    program.firmware.texts.push_back(source_of(core));
  }
  program.firmware.texts.push_back({"layers.c", text});
  program.firmware.texts.push_back({"main.c", main_text(program)});
  program.firmware.optimization = build.optimization;
  program.firmware.include_folders = {MOTE_SOURCE_DIR "/libs/runtime/include"};
  program.firmware.defines = build.defines;
  program.firmware.flags = build.flags;
  if (target == device::Core::kHost) {
    for (const char* flag : {"-pedantic", "-Wconversion", "-Werror"}) program.firmware.flags.emplace_back(flag);
  }
  return program;
}

std::int64_t bytes_of_symbols(const device::Image& image, const std::string& prefix) {
  std::int64_t bytes = 0;
  for (const auto& [name, size] : image.symbols) {
    if (name.starts_with(prefix)) bytes += size;
  }
  return bytes;
}

// A symbol belongs to the core with the longest name that it is or begins with.
std::map<std::string, std::int64_t> bytes_of_cores(const device::Image& image, const Program& program) {
  std::map<std::string, std::int64_t> bytes;
  for (const auto& names : program.cores) {
    for (const std::string& name : names) bytes[name] = 0;
  }
  for (const auto& [symbol, size] : image.symbols) {
    std::string owner;
    for (const auto& [name, sum] : bytes) {
      const bool is_its = symbol == name || symbol.starts_with(name + "_");
      if (is_its && name.size() > owner.size()) owner = name;
    }
    if (!owner.empty()) bytes[owner] += size;
  }
  return bytes;
}

std::int64_t constant_bytes(const graph::Graph& graph) {
  std::int64_t bytes = 0;
  for (const graph::TensorId id : graph.nodes.front().inputs) {
    if (graph.tensor(id).constant) bytes += graph.tensor(id).stored_bytes();
  }
  return bytes;
}

bool is_near(std::int64_t estimate, std::int64_t measured, std::int64_t slack) {
  return std::abs(estimate - measured) <= std::max(slack, measured / 10);
}

}  // namespace

std::vector<EmittedLayer> all_options(const std::string& name, const graph::Graph& graph, codegen::InstructionSet set) {
  std::vector<EmittedLayer> layers;
  for (const plan::KernelOption& option : codegen::options(graph, 0, set)) {
    layers.push_back({name, graph, set, option, {}});
    for (const plan::Overlap& overlap : option.overlaps) {
      if (overlap.input == 0) layers.push_back({name, graph, set, option, overlap.least_distance_bytes});
    }
  }
  return layers;
}

std::vector<LayerRun> run_layers(std::span<const EmittedLayer> layers, device::Core core, const LayerBuild& build) {
  const Program program = make_program(layers, core, build);
  const device::Image image = device::build_image(program.firmware, core);
  device::RunOptions options;
  for (const Run& run : program.runs) options.input.insert(options.input.end(), run.before.begin(), run.before.end());
  const device::FirmwareResult result = device::run_image(image, options);
  EXPECT_EQ(result.exit_status, 0) << result.messages;
  EXPECT_EQ(result.output.size(), options.input.size());
  std::vector<LayerRun> found(layers.size());
  std::span<const std::uint8_t> rest(result.output);
  for (std::size_t i = 0; i < program.runs.size() && rest.size() >= program.runs[i].before.size(); ++i) {
    const Run& run = program.runs[i];
    LayerRun& answer = found[run.layer];
    if (answer.difference.empty())
      answer.difference = difference(layers[run.layer], program.arenas[run.layer], run, rest.first(run.before.size()));
    if (i < result.regions.size()) answer.instructions = std::max(answer.instructions, result.regions[i].instructions);
    rest = rest.subspan(run.before.size());
  }
  std::map<std::string, std::int64_t> core_bytes = bytes_of_cores(image, program);
  for (std::size_t i = 0; i < layers.size() && core != device::Core::kHost; ++i) {
    found[i].flash_bytes = bytes_of_symbols(image, symbol_of(i)) - constant_bytes(layers[i].graph);
    for (const std::string& name : program.cores[i]) found[i].core_flash_bytes += core_bytes[name];
  }
  return found;
}

void expect_right(std::span<const EmittedLayer> layers, device::Core core, const LayerBuild& build) {
  const std::string missing = device::missing_tools(core);
  if (!missing.empty()) GTEST_SKIP() << missing;
  ASSERT_FALSE(layers.empty());
  const std::vector<LayerRun> runs = run_layers(layers, core, build);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    EXPECT_EQ(runs[i].difference, "");
    if (core == device::Core::kHost || !build.defines.empty() || build.optimization != "-O2") continue;
    const plan::KernelOption& option = layers[i].option;
    EXPECT_TRUE(is_near(option.instructions, runs[i].instructions, kInstructionSlack))
        << title(layers[i]) << ": " << option.instructions << " instructions estimated, " << runs[i].instructions;
    EXPECT_TRUE(is_near(option.flash_bytes, runs[i].flash_bytes, kFlashSlackBytes))
        << title(layers[i]) << ": " << option.flash_bytes << " bytes of flash estimated, " << runs[i].flash_bytes;
    EXPECT_TRUE(is_near(option.core_flash_bytes, runs[i].core_flash_bytes, kFlashSlackBytes))
        << title(layers[i]) << ": " << option.core_flash_bytes << " bytes of cores estimated, "
        << runs[i].core_flash_bytes;
  }
}

}  // namespace mote::test
