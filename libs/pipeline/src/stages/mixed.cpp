#include "stages/mixed.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mote/base/file.h"
#include "mote/pipeline/report_schema.h"
#include "mote/trainer/float_runner.h"
#include "mote/trainer/initialize.h"
#include "stages/clips.h"
#include "stages/model.h"
#include "stages/quantize.h"
#include "stages/step_cost.h"
#include "stages/steps.h"

namespace mote::pipeline {
namespace {

std::int64_t limit(double share, std::int64_t greatest, std::int64_t int8) {
  std::int64_t result = greatest > 0 ? greatest : doctor::kNoLimit;
  if (share > 0) result = std::min(result, static_cast<std::int64_t>(share * static_cast<double>(int8)));
  return result;
}

doctor::TypeBudget budget_of(const MixedSettings& mixed, const doctor::NetworkCost& int8) {
  return {limit(mixed.weight_share, mixed.greatest_weight_bytes, int8.weight_bytes),
          limit(mixed.arena_share, mixed.greatest_arena_bytes, int8.arena_bytes),
          limit(mixed.instruction_share, mixed.greatest_instructions, int8.instructions)};
}

// Of the quantized draft on cortex-m4. `draft` must outlive it.
doctor::CostOfTypes device_costs(const quant::Draft& draft) {
  return [&draft](const std::vector<quant::WeightType>& types) {
    quant::Draft typed = draft;
    typed.settings.weights = types;
    const plan::Cost cost = cortex_m4_cost(quantize(typed));
    return doctor::NetworkCost{cost.weight_bytes, cost.arena_bytes, cost.instructions};
  };
}

// Validation clips, evenly spread.
struct JudgedClips {
  std::vector<float> inputs;
  std::vector<int> truth;
};

JudgedClips validation_clips(const TrainingSource& source, std::int64_t most) {
  const trainer::ValidationSet all = source.validation();
  const auto elements = static_cast<std::size_t>(source.sample_elements());
  JudgedClips result;
  for (std::int64_t at : spread_evenly(static_cast<std::int64_t>(all.labels.size()), most)) {
    const auto clip = static_cast<std::size_t>(at);
    const auto values = all.inputs.subspan(clip * elements, elements);
    result.inputs.insert(result.inputs.end(), values.begin(), values.end());
    result.truth.push_back(all.labels[clip]);
  }
  return result;
}

TypesCost cost_row(const char* name, std::int64_t int8, std::int64_t greatest, std::int64_t chosen) {
  TypesCost row{name, int8, std::nullopt, chosen};
  if (greatest != doctor::kNoLimit) row.greatest = greatest;
  return row;
}

MixedPrecision findings(const doctor::TypeTable& table, const doctor::TypeBudget& budget,
                        const doctor::TypePlan& plan) {
  MixedPrecision mixed;
  mixed.split = "validation";
  mixed.divergence = plan.divergence;
  mixed.costs = {cost_row("weights", table.int8.weight_bytes, budget.weight_bytes, plan.cost.weight_bytes),
                 cost_row("arena", table.int8.arena_bytes, budget.arena_bytes, plan.cost.arena_bytes),
                 cost_row("instructions", table.int8.instructions, budget.instructions, plan.cost.instructions)};
  mixed.layers = layer_types(table, plan);
  return mixed;
}

std::filesystem::path table_file(const RunDirectory& directory) {
  return directory.file(StepFiles(StepKind::kMixed).types);
}

TypeOption option_row(const doctor::TypeChoice& choice) {
  TypeOption row{std::string(enum_name(choice.type)),
                 choice.bytes,
                 std::nullopt,
                 std::nullopt,
                 choice.effect.accuracy_lost,
                 choice.effect.divergence};
  if (choice.cost.arena_bytes > 0) row.arena_bytes = choice.cost.arena_bytes;
  if (choice.cost.instructions > 0) row.instructions = choice.cost.instructions;
  return row;
}

}  // namespace

void check_mixed_budget(const Recipe& recipe, std::int32_t classes) {
  const CompressSettings& compress = recipe.compress;
  const auto before = [&](StepKind step) { return compress.went_through(StepKind::kMixed, step); };
  if (!before(StepKind::kMixed) || before(StepKind::kPrune) || before(StepKind::kNarrow)) return;
  const graph::Graph lowered = lower(recipe, trainer::initialize(model_graph(recipe, classes), recipe.project.seed));
  const quant::Draft draft{lowered, lowered, std::vector<quant::Range>(lowered.tensors.size(), {-1.0F, 1.0F}),
                           recipe.calibration, quantize_settings(recipe, lowered)};
  const doctor::CostOfTypes cost = device_costs(draft);
  const doctor::TypeTable table = doctor::type_costs(draft, recipe.mixed.weight_types(), cost);
  const doctor::TypeBudget known{.weight_bytes = budget_of(recipe.mixed, table.int8).weight_bytes};
  with_context("[mixed]", [&] { choose_types(table, known, cost); });
}

void choose_mixed_types(const Context& context, const TrainingSource& source) {
  const MixedSettings& settings = context.recipe.mixed;
  const graph::Graph folded = folded_model(context, StepKind::kMixed);
  const quant::Draft draft = Calibration(context, source).draft(folded, quantize_settings(context.recipe, folded));
  const JudgedClips clips = validation_clips(source, settings.clips);
  const auto runner = trainer::make_float_runner(context.pool);
  const doctor::JudgedSet judged{{*runner, clips.inputs, static_cast<std::int64_t>(clips.truth.size())}, clips.truth};
  const doctor::CostOfTypes cost = device_costs(draft);
  context.log.info(fmt::format("mixed: {} clips, layer by layer", clips.truth.size()));
  const doctor::TypeTable table = doctor::sensitivities(draft, judged, settings.weight_types(), cost);
  const doctor::TypeBudget budget = budget_of(settings, table.int8);
  MixedPrecision mixed = findings(table, budget, doctor::choose_types(table, budget, cost));
  mixed.clips = static_cast<std::int64_t>(clips.truth.size());
  write_file_atomic(table_file(context.directory), std::string_view(to_json(mixed).dump(1) + "\n"));
}

MixedPrecision load_mixed(const RunDirectory& directory) {
  const std::filesystem::path file = table_file(directory);
  return with_context(file.string(), [&] { return mixed_from_json(nlohmann::json::parse(read_text_file(file))); });
}

std::vector<quant::WeightType> mixed_types(const RunDirectory& directory, const graph::Graph& lowered) {
  std::vector<quant::WeightType> types(lowered.nodes.size(), quant::WeightType::kInt8);
  for (const LayerTypes& layer : load_mixed(directory).layers) {
    const auto node = std::find_if(lowered.nodes.begin(), lowered.nodes.end(),
                                   [&](const graph::Node& one) { return lowered.node_name(one) == layer.layer; });
    const auto type = enum_value<quant::WeightType>(layer.chosen);
    if (node == lowered.nodes.end() || !type) {
      throw Error(ErrorCode::kCorrupt, fmt::format("{}: wanted a layer of the network and its type, got '{}' and '{}'",
                                                   table_file(directory).string(), layer.layer, layer.chosen));
    }
    types[static_cast<std::size_t>(node - lowered.nodes.begin())] = *type;
  }
  return types;
}

std::vector<LayerTypes> layer_types(const doctor::TypeTable& table, const doctor::TypePlan& plan) {
  std::vector<LayerTypes> rows;
  for (std::size_t i = 0; i < table.layers.size(); ++i) {
    const doctor::LayerSensitivity& layer = table.layers[i];
    LayerTypes row{layer.name, std::string(enum_name(layer.choices[plan.chosen[i]].type)), layer.weights, {}};
    for (const doctor::TypeChoice& choice : layer.choices) row.choices.push_back(option_row(choice));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace mote::pipeline
