#include "stages/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mote/base/text.h"
#include "mote/pipeline/junit.h"
#include "mote/pipeline/report_html.h"
#include "mote/plan/cost.h"
#include "stages/features.h"
#include "stages/steps.h"

namespace mote::pipeline {
namespace {

std::vector<NamedValue> settings_list(const Recipe& recipe, std::string_view table) {
  Recipe copy = recipe;
  std::vector<NamedValue> values;
  for (const Setting& setting : settings_of(copy)) {
    if (setting.path.starts_with(std::string(table) + ".")) values.push_back({setting.path, setting.text()});
  }
  return values;
}

RunIdentity identity(const Context& context, const FeatureMetadata& metadata) {
  const Recipe& recipe = context.recipe;
  return {recipe.project.name,      recipe.project.description,
          recipe.project.seed,      metadata.version,
          metadata.instruction_set, metadata.recipe_hash,
          metadata.data_hash,       sha256_of_file(context.directory.file(files::kModel))};
}

DatasetSummary dataset_summary(const Recipe& recipe, const data::DatasetSummary& summary) {
  DatasetSummary result;
  result.layout = summary.name;
  result.split_rule = summary.split_rule;
  result.sample_rate_hz = static_cast<double>(recipe.features.sample_rate_hz);
  result.duration_s = summary.duration_s;
  for (std::size_t label = 0; label < summary.labels.size(); ++label) {
    const auto& counts = summary.counts[label];
    result.classes.push_back({summary.labels[label], counts[0].clips, counts[1].clips, counts[2].clips});
  }
  result.clipped = static_cast<std::int64_t>(summary.clipped.size());
  result.silent = static_cast<std::int64_t>(summary.silent.size());
  result.duplicate = static_cast<std::int64_t>(summary.duplicates.size());
  result.unreadable = static_cast<std::int64_t>(summary.unreadable.size());
  if (const std::int64_t across = summary.duplicates_across_splits(); across > 0) {
    result.notes.push_back(fmt::format("{} clips have a copy in another split", across));
  }
  return result;
}

TrainingSummary training_summary(const Context& context) {
  TrainingSummary result;
  result.architecture = context.recipe.layers.empty() ? context.recipe.model.architecture.name : "layers of the recipe";
  result.settings = settings_list(context.recipe, "train");
  double best = -1;
  for (const std::string& line : split(
           read_text_file(context.directory.file(StepFiles(context.recipe.compress.kinds().front()).history)), '\n')) {
    if (line.empty()) continue;
    const auto record = nlohmann::json::parse(line);
    Epoch epoch{record.at("epoch").get<std::int64_t>(),     record.at("learning_rate").get<double>(),
                record.at("train_loss").get<double>(),      record.at("train_accuracy").get<double>(),
                record.at("validation_loss").get<double>(), record.at("validation_accuracy").get<double>()};
    if (*epoch.validation_accuracy > best) {
      best = *epoch.validation_accuracy;
      result.best_epoch = epoch.epoch;
    }
    result.epochs.push_back(epoch);
  }
  if (context.recipe.train.select == trainer::Select::kLast && !result.epochs.empty())
    result.best_epoch = result.epochs.back().epoch;
  return result;
}

void add_model(const plan::Plan& plan, Report& report) {
  const plan::Cost cost = plan::cost(plan);
  for (const plan::LayerCost& layer : cost.layers) {
    Layer row{layer.name,
              layer.op,
              {layer.output.begin(), layer.output.end()},
              layer.multiply_accumulates,
              layer.parameters,
              layer.weight_bytes,
              layer.output_bytes,
              std::nullopt,
              std::nullopt};
    for (const graph::Tensor& tensor : plan.graph.tensors) {
      if (tensor.constant || tensor.name != layer.name || tensor.quant.empty()) continue;
      row.scale = static_cast<double>(tensor.quant.scales[0]);
      row.zero_point = tensor.quant.zero_points[0];
    }
    report.layers.push_back(std::move(row));
  }
  MemoryMap map;
  map.arena_bytes = cost.arena_bytes;
  for (const plan::LayerCost& layer : cost.layers) map.steps.push_back(layer.name);
  // Inputs live from before the first step, outputs until after the last one.
  const auto last_step = static_cast<std::int32_t>(map.steps.size()) - 1;
  for (const plan::Placement& placement : plan.placements) {
    const plan::Block& block = plan.blocks[static_cast<std::size_t>(placement.block)];
    map.tensors.push_back({plan.graph.tensor(placement.tensor).name, placement.offset_bytes, placement.size_bytes,
                           std::max(0, block.first_step), std::min(block.last_step, last_step)});
  }
  report.memory = std::move(map);
  report.sizes =
      Sizes{0, cost.weight_bytes, cost.arena_bytes, cost.multiply_accumulates, cost.parameters, std::nullopt};
}

std::vector<Gate> check_gates(const GateSettings& gates, const Report& report) {
  std::vector<Gate> result;
  const double int8 = report.evaluation->int8->accuracy;
  const double fp32 = report.evaluation->fp32->accuracy;
  if (gates.least_accuracy > 0)
    result.push_back(gate_at_least("INT8 accuracy", gates.least_accuracy * 100, int8 * 100, "%"));
  if (gates.greatest_int8_loss > 0) {
    result.push_back(gate_at_most("INT8 loss against FP32", gates.greatest_int8_loss, (fp32 - int8) * 100, "points"));
  }
  const auto bytes = [&](const char* name, std::int64_t limit, std::int64_t measured, const char* unit) {
    if (limit > 0)
      result.push_back(gate_at_most(name, static_cast<double>(limit), static_cast<double>(measured), unit));
  };
  bytes("flash of model.tflite", gates.greatest_flash_bytes, report.sizes->tflite_bytes, "bytes");
  bytes("arena", gates.greatest_arena_bytes, report.sizes->arena_bytes, "bytes");
  bytes("multiply-accumulates", gates.greatest_macs, report.sizes->macs, "MACs");
  return result;
}

}  // namespace

Report make_report(const Context& context, const ReportInput& input) {
  const Recipe& recipe = context.recipe;
  Report report;
  report.run = identity(context, input.model.metadata);
  report.notices = input.notices;
  report.dataset = dataset_summary(recipe, input.summary);
  const dsp::FeatureShape shape = model_input_shape(recipe);
  report.features = FeatureSummary{std::string(enum_name(recipe.features.kind)),
                                   {1, shape.frames, shape.coefficients, 1},
                                   settings_list(recipe, "features")};
  report.training = training_summary(context);
  report.evaluation = input.evaluation;
  add_model(plan::make_plan(input.model.int8_graph), report);
  report.sizes->tflite_bytes =
      static_cast<std::int64_t>(std::filesystem::file_size(context.directory.file(files::kModel)));
  report.gates = check_gates(recipe.gates, report);
  report.pictures = pick_pictures(input.scored.scores, input.model.metadata);
  report.provenance = {{"recipe", recipe.file.filename().string()}, {"split rule", input.summary.split_rule}};
  for (const char* name : {files::kModel, files::kModelHeader, files::kModelSource, files::kLabels}) {
    const auto file = context.directory.file(name);
    report.artefacts.push_back(
        {name, static_cast<std::int64_t>(std::filesystem::file_size(file)), sha256_of_file(file)});
  }
  return report;
}

void write_report(const Context& context, const Report& report) {
  write_file_atomic(context.directory.file(files::kReportJson), std::string_view(report_text(report)));
  write_file_atomic(context.directory.file(files::kReportHtml), std::string_view(render_html(report)));
  if (report.gates.empty()) {
    // The gates of an earlier recipe say nothing about this model.
    std::filesystem::remove(context.directory.file(files::kJunit));
    return;
  }
  write_file_atomic(context.directory.file(files::kJunit),
                    std::string_view(junit_xml(report.run.recipe, report.gates)));
}

}  // namespace mote::pipeline
