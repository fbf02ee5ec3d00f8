#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/codegen/plan_for.h"
#include "mote/device/core.h"
#include "mote/graph/text.h"
#include "mote/plan/cost.h"
#include "mote/plan/host_runner.h"
#include "mote/plan/plan.h"
#include "mote/tflite/reader.h"
#include "targets.h"

namespace mote::app {
namespace {

using nlohmann::json;

// The int8 graph of a .tflite, of a run directory, or of a saved graph.
graph::Graph load_graph(const std::filesystem::path& path) {
  const std::filesystem::path file = std::filesystem::is_directory(path) ? path / "model.tflite" : path;
  if (file.extension() == ".graph") return graph::load(file, graph::Stage::kInt8);
  return with_context(file.string(), [&] { return tflite::read_model(read_binary_file(file)).graph; });
}

json strips_json(const plan::Plan& plan) {
  json skipped = json::array();
  for (graph::TensorId id : plan.strips.skipped) skipped.push_back(plan.graph.tensor(id).name);
  return {{"layers", plan.strips.cut.layers},
          {"rows", plan.strips.cut.rows},
          {"count", plan.strips.strips.size()},
          {"skipped", skipped}};
}

json cost_json(const plan::Plan& plan, const plan::Cost& cost) {
  json layers = json::array();
  for (const plan::LayerCost& layer : cost.layers) {
    layers.push_back({{"name", layer.name},
                      {"strip", layer.strip},
                      {"op", layer.op},
                      {"kernel", layer.kernel},
                      {"output", layer.output},
                      {"macs", layer.multiply_accumulates},
                      {"instructions", layer.instructions},
                      {"parameters", layer.parameters},
                      {"weight_bytes", layer.weight_bytes},
                      {"output_bytes", layer.output_bytes}});
  }
  return {{"name", plan.graph.name},           {"layers", layers},
          {"strips", strips_json(plan)},       {"recomputed_macs", cost.recomputed_macs},
          {"macs", cost.multiply_accumulates}, {"parameters", cost.parameters},
          {"instructions", cost.instructions}, {"layout_changes", cost.layout_changes},
          {"weight_bytes", cost.weight_bytes}, {"table_bytes", cost.table_bytes},
          {"kernel_bytes", cost.kernel_bytes}, {"flash_bytes", cost.flash_bytes()},
          {"arena_bytes", cost.arena_bytes},   {"tflm_arena_bytes", cost.tflm_arena_bytes}};
}

json size_json(const codegen::NetworkSize& size) {
  return {{"filters", size.filters}, {"macs", size.multiply_accumulates}};
}

struct InspectOptions {
  std::string model, target;
  std::string optimize = "balanced";
};

// The graph as it is, run by the runtime; for a target what a device gets of it.
codegen::DevicePlan plan_of(const InspectOptions& chosen) {
  const graph::Graph graph = load_graph(chosen.model);
  if (chosen.target.empty())
    return {plan::make_plan(graph), {}, {codegen::network_size(graph), codegen::network_size(graph)}};
  const std::vector<Target> targets = parse_targets(chosen.target, HostTarget::kTaken);
  if (targets.size() != 1) throw Error(ErrorCode::kUsage, fmt::format("wanted one target, got '{}'", chosen.target));
  return codegen::device_plan(graph, device::instruction_set(targets[0].core), {parse_optimize(chosen.optimize), {}});
}

int inspect(const InspectOptions& chosen, const Session& session) {
  const codegen::DevicePlan planned = plan_of(chosen);
  const plan::Plan& plan = planned.plan;
  const plan::Cost cost = plan::cost(plan);
  const auto& [before, after] = planned.removal;
  if (session.common.json) {
    json document = cost_json(plan, cost);
    document["removed"] = {{"before", size_json(before)}, {"after", size_json(after)}};
    fmt::print("{}\n", document.dump(1));
    return kGood;
  }
  fmt::print("{}\n{}", graph::print(plan.graph, graph::Constants::kElided), plan::describe(plan));
  fmt::print("\nproducts {} MACs\nweights  {}\narena    {} (mote), about {} (TFLM)\n",
             group_digits(cost.multiply_accumulates), human_bytes(cost.weight_bytes), human_bytes(cost.arena_bytes),
             human_bytes(cost.tflm_arena_bytes));
  if (!chosen.target.empty())
    fmt::print("filters  {} of {} on the device, {} of {} MACs: the output of the others cannot vary\n",
               group_digits(after.filters), group_digits(before.filters), group_digits(after.multiply_accumulates),
               group_digits(before.multiply_accumulates));
  return kGood;
}

struct InvokeOptions {
  std::string model, input, output, layers;
};

void write_bytes(const std::string& path, const std::vector<std::int8_t>& values) {
  write_file_atomic(path, std::span(reinterpret_cast<const std::uint8_t*>(values.data()), values.size()));
}

int invoke(const InvokeOptions& chosen, const Session& session) {
  const plan::HostModel model(plan::make_plan(load_graph(chosen.model)));
  const std::vector<std::uint8_t> bytes = read_binary_file(chosen.input);
  const std::span inputs(reinterpret_cast<const std::int8_t*>(bytes.data()), bytes.size());
  const plan::Invocation result = with_context(chosen.input, [&] {
    return plan::invoke(model, inputs, chosen.layers.empty() ? plan::Layers::kSkip : plan::Layers::kRecord);
  });
  write_bytes(chosen.output, result.outputs);
  if (!chosen.layers.empty()) write_bytes(chosen.layers, result.layers);
  const std::int64_t records = static_cast<std::int64_t>(bytes.size()) / model.input_bytes();
  if (session.common.json) {
    fmt::print("{}\n", json{{"records", records}, {"output_bytes", result.outputs.size()}}.dump());
  } else if (!session.common.quiet) {
    fmt::print("{} records, {} bytes each to {}\n", records, model.output_bytes(), chosen.output);
  }
  return kGood;
}

}  // namespace

void add_inspect(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App* command =
      app.add_subcommand("inspect", "graph, layers, multiply-accumulates, memory map and sizes of a model");
  command->add_option("model", options->model, "a .tflite, a run directory, or a saved graph")->required();
  command->add_option("--target", options->target,
                      "a core or a board: what runs there, with its kernels, and what was removed; default: the graph "
                      "as it is, in plain C");
  command->add_option("--optimize", options->optimize, "with --target: size, balanced or speed");
  command->callback(
      [options, &chosen] { chosen = [options](const Session& session) { return inspect(*options, session); }; });
}

void add_invoke(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<InvokeOptions>();
  CLI::App* command = app.add_subcommand("invoke", "raw int8 tensors through the runtime, record after record");
  command->add_option("model", options->model, "a .tflite, a run directory, or a saved graph")->required();
  command->add_option("--input", options->input, "records of input bytes, one after another")->required();
  command->add_option("--output", options->output, "where the output bytes go")->required();
  command->add_option("--layers", options->layers, "where every layer's output bytes go, record after record");
  command->callback(
      [options, &chosen] { chosen = [options](const Session& session) { return invoke(*options, session); }; });
}

}  // namespace mote::app
