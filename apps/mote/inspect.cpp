#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/graph/text.h"
#include "mote/plan/cost.h"
#include "mote/plan/host_runner.h"
#include "mote/plan/plan.h"
#include "mote/tflite/reader.h"

namespace mote::app {
namespace {

using nlohmann::json;

// The int8 graph of a .tflite, of a run directory, or of a saved graph.
graph::Graph load_graph(const std::filesystem::path& path) {
  const std::filesystem::path file = std::filesystem::is_directory(path) ? path / "model.tflite" : path;
  if (file.extension() == ".graph") return graph::load(file, graph::Stage::kInt8);
  return with_context(file.string(), [&] { return tflite::read_model(read_binary_file(file)).graph; });
}

json cost_json(const plan::Plan& plan, const plan::Cost& cost) {
  json layers = json::array();
  for (const plan::LayerCost& layer : cost.layers) {
    layers.push_back({{"name", layer.name},
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
          {"macs", cost.multiply_accumulates}, {"parameters", cost.parameters},
          {"instructions", cost.instructions}, {"layout_changes", cost.layout_changes},
          {"weight_bytes", cost.weight_bytes}, {"table_bytes", cost.table_bytes},
          {"kernel_bytes", cost.kernel_bytes}, {"flash_bytes", cost.flash_bytes()},
          {"arena_bytes", cost.arena_bytes},   {"tflm_arena_bytes", cost.tflm_arena_bytes}};
}

int inspect(const std::string& file, const Session& session) {
  const plan::Plan plan = plan::make_plan(load_graph(file));
  const plan::Cost cost = plan::cost(plan);
  if (session.common.json) {
    fmt::print("{}\n", cost_json(plan, cost).dump(1));
    return kGood;
  }
  fmt::print("{}\n{}", graph::print(plan.graph, graph::Constants::kElided), plan::describe(plan));
  fmt::print("\nproducts {} MACs\nweights  {}\narena    {} (mote), about {} (TFLM)\n",
             group_digits(cost.multiply_accumulates), human_bytes(cost.weight_bytes), human_bytes(cost.arena_bytes),
             human_bytes(cost.tflm_arena_bytes));
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
  auto file = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("inspect", "graph, layers, multiply-accumulates, memory map and sizes of a model");
  command->add_option("model", *file, "a .tflite, a run directory, or a saved graph")->required();
  command->callback([file, &chosen] { chosen = [file](const Session& session) { return inspect(*file, session); }; });
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
