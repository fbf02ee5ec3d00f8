#include "mote/device/bench.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/pipeline/device_model.h"
#include "targets.h"

namespace mote::app {
namespace {

using nlohmann::json;

struct BenchChoice {
  std::string model;
  std::string target = "cortex-m4";
  std::string optimize = "balanced";
  bool stream = false;
};

// Features and inference of one clip.
device::InstructionMix whole(const device::Bench& bench) {
  device::InstructionMix mix = bench.inference;
  if (!bench.features) return mix;
  mix.instructions += bench.features->instructions;
  mix.loads += bench.features->loads;
  mix.stores += bench.features->stores;
  mix.branches_taken += bench.features->branches_taken;
  mix.divides += bench.features->divides;
  mix.vectors += bench.features->vectors;
  return mix;
}

std::vector<device::Board> boards_of(device::Core core) {
  std::vector<device::Board> boards;
  for (const device::Board& board : device::built_in_boards()) {
    if (board.core == core) boards.push_back(board);
  }
  return boards;
}

json mix_json(const device::InstructionMix& mix) {
  return {{"instructions", mix.instructions},     {"loads", mix.loads},     {"stores", mix.stores},
          {"branches_taken", mix.branches_taken}, {"divides", mix.divides}, {"vectors", mix.vectors}};
}

json board_json(const device::Board& board, const device::Bench& bench) {
  const device::Estimate inference = device::estimate(bench.inference, board);
  const device::Estimate clip = device::estimate(whole(bench), board);
  json entry{{"board", board.id},
             {"name", board.name},
             {"cycles", inference.cycles},
             {"inference_ms", inference.milliseconds},
             {"clip_ms", clip.milliseconds}};
  if (inference.microjoules) entry["inference_microjoules"] = *inference.microjoules;
  return entry;
}

json bench_json(const device::Bench& bench) {
  json layers = json::array();
  for (const device::LayerInstructions& layer : bench.layers) {
    layers.push_back({{"name", layer.name},
                      {"kernel", layer.kernel},
                      {"macs", layer.multiply_accumulates},
                      {"instructions", layer.instructions}});
  }
  json boards = json::array();
  for (const device::Board& board : boards_of(bench.core)) boards.push_back(board_json(board, bench));
  json entry{{"core", enum_name(bench.core)},
             {"machine", bench.machine},
             {"note", bench.note},
             {"macs", bench.multiply_accumulates},
             {"inference", mix_json(bench.inference)},
             {"layers", layers},
             {"flash",
              {{"text", bench.image.text_bytes},
               {"rodata", bench.image.rodata_bytes},
               {"data", bench.image.data_bytes},
               {"weights", bench.weight_bytes},
               {"without_weights", bench.flash_overhead_bytes()},
               {"with_features", bench.image_with_features.flash_bytes()}}},
             {"ram",
              {{"arena", bench.arena_bytes},
               {"static", bench.image.static_ram_bytes()},
               {"stack", bench.stack_bytes},
               {"all", bench.ram_bytes()}}},
             {"estimates", boards}};
  if (bench.features) entry["features"] = mix_json(*bench.features);
  return entry;
}

void print_layers(const device::Bench& bench) {
  fmt::print("\n{:<28}{:<28}{:>14}{:>12}{:>10}\n", "layer", "kernel", "instructions", "MACs", "per MAC");
  for (const device::LayerInstructions& layer : bench.layers) {
    const std::string ratio = layer.multiply_accumulates == 0
                                  ? "-"
                                  : fmt::format("{:.2f}", static_cast<double>(layer.instructions) /
                                                              static_cast<double>(layer.multiply_accumulates));
    fmt::print("{:<28.27}{:<28}{:>14}{:>12}{:>10}\n", layer.name, layer.kernel, group_digits(layer.instructions),
               group_digits(layer.multiply_accumulates), ratio);
  }
}

void print_estimates(const device::Bench& bench) {
  const std::vector<device::Board> boards = boards_of(bench.core);
  if (boards.empty()) return;
  fmt::print("\n{:<40}{:>8}{:>14}{:>14}   (estimates, docs/estimates.md)\n", "board", "MHz", "inference", "energy");
  for (const device::Board& board : boards) {
    const device::Estimate estimate = device::estimate(bench.inference, board);
    const std::string energy = estimate.microjoules ? fmt::format("{:.0f} uJ", *estimate.microjoules) : "-";
    fmt::print("{:<40}{:>8}{:>14}{:>14}\n", board.name, board.clock_mhz,
               fmt::format("{:.2f} ms", estimate.milliseconds), energy);
  }
}

void print_bench(const device::Bench& bench) {
  const auto bytes = [](std::int64_t count) { return group_digits(count); };
  fmt::print("{} on {}{}\n", enum_name(bench.core), bench.machine, bench.note.empty() ? "" : " (" + bench.note + ")");
  fmt::print("instructions  {} for {} MACs\n", group_digits(bench.inference.instructions),
             group_digits(bench.multiply_accumulates));
  if (bench.features) fmt::print("features      {} a clip\n", group_digits(bench.features->instructions));
  fmt::print("flash         {} B: text {}, constants {}, data {}; {} without the {} of weights\n",
             bytes(bench.image.flash_bytes()), bytes(bench.image.text_bytes), bytes(bench.image.rodata_bytes),
             bytes(bench.image.data_bytes), bytes(bench.flash_overhead_bytes()), bytes(bench.weight_bytes));
  if (bench.features) fmt::print("  with features {} B\n", bytes(bench.image_with_features.flash_bytes()));
  fmt::print("RAM           {} B: arena {}, other static {}, stack {}\n", bytes(bench.ram_bytes()),
             bytes(bench.arena_bytes), bytes(bench.image.static_ram_bytes() - bench.arena_bytes),
             bytes(bench.stack_bytes));
  print_layers(bench);
  print_estimates(bench);
  fmt::print("\n");
}

json hop_json(const device::Bench& hop, const device::Bench& window) {
  json entry = bench_json(hop);
  entry["hops_measured"] = hop.runs;
  entry["window"] = mix_json(window.inference);
  return entry;
}

void print_hop(const device::Bench& hop, const device::Bench& window) {
  fmt::print("hop           {} instructions, mean of {}; a window takes {}: {:.1f} times as many\n",
             group_digits(hop.inference.instructions), hop.runs, group_digits(window.inference.instructions),
             static_cast<double>(window.inference.instructions) / static_cast<double>(hop.inference.instructions));
  print_bench(hop);
}

device::Bench measured(const pipeline::DeviceModel& model, device::Core core, plan::Optimize optimize,
                       pipeline::Inference inference) {
  return device::bench(pipeline::device_subject(model, core, optimize, inference), core);
}

// A time for the host, where nothing is counted.
json host_json(const device::HostBench& bench) {
  json entry{{"core", enum_name(device::Core::kHost)},
             {"macs", bench.multiply_accumulates},
             {"repeats", bench.repeats},
             {"inference_us", bench.inference_us}};
  if (bench.features_us) entry["features_us"] = *bench.features_us;
  return entry;
}

void print_host(const device::HostBench& bench) {
  fmt::print("host\ninference     {:.1f} us for {} MACs, median of {}\n", bench.inference_us,
             group_digits(bench.multiply_accumulates), bench.repeats);
  if (bench.features_us) fmt::print("features      {:.1f} us a clip\n", *bench.features_us);
  fmt::print("\n");
}

int bench_model(const BenchChoice& chosen, const Session& session) {
  const std::vector<Target> targets = parse_targets(chosen.target, HostTarget::kLeftOut);
  const pipeline::DeviceModel model = pipeline::load_device_model(chosen.model);
  const plan::Optimize optimize = parse_optimize(chosen.optimize);
  json entries = json::array();
  for (const Target& target : targets) {
    if (!target.missing.empty()) {
      entries.push_back({{"core", enum_name(target.core)}, {"skipped_because", target.missing}});
      if (!session.common.json) fmt::print("{} skipped: {}\n\n", enum_name(target.core), target.missing);
      continue;
    }
    if (target.core == device::Core::kHost) {
      const auto inference = chosen.stream ? pipeline::Inference::kHop : pipeline::Inference::kWindow;
      const device::HostBench host =
          device::bench_on_host(pipeline::device_subject(model, target.core, optimize, inference));
      entries.push_back(host_json(host));
      if (!session.common.json) print_host(host);
      continue;
    }
    const device::Bench window = measured(model, target.core, optimize, pipeline::Inference::kWindow);
    if (!chosen.stream) {
      entries.push_back(bench_json(window));
      if (!session.common.json) print_bench(window);
      continue;
    }
    const device::Bench hop = measured(model, target.core, optimize, pipeline::Inference::kHop);
    entries.push_back(hop_json(hop, window));
    if (!session.common.json) print_hop(hop, window);
  }
  if (session.common.json) fmt::print("{}\n", json{{"targets", entries}}.dump(1));
  return kGood;
}

}  // namespace

void add_bench(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<BenchChoice>();
  CLI::App* command =
      app.add_subcommand("bench", "instructions, flash, RAM and stack of a model on a target, measured");
  command->add_option("model", options->model, "a run directory or a .tflite")->required();
  command->add_option("--target", options->target,
                      "host (a time), cortex-m0, …, rv32imc, a board, several with commas, or all of them");
  command->add_option("--optimize", options->optimize, "size, balanced or speed");
  command->add_flag("--stream", options->stream,
                    "a hop of the streaming bundle, mean of 64, beside the window of the same network");
  command->callback(
      [options, &chosen] { chosen = [options](const Session& session) { return bench_model(*options, session); }; });
}

}  // namespace mote::app
