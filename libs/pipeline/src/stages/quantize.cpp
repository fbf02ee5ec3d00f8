#include "stages/quantize.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/graph/text.h"
#include "mote/quant/fold.h"
#include "mote/quant/pointwise.h"
#include "mote/trainer/float_runner.h"
#include "mote/trainer/initialize.h"
#include "stages/evaluate.h"
#include "stages/mixed.h"
#include "stages/model.h"
#include "stages/steps.h"

namespace mote::pipeline {
namespace {

graph::Graph in_dense_form(const Recipe& recipe, const graph::Graph& folded) {
  return recipe.quantize.dense == DenseForm::kPointwise ? quant::dense_to_pointwise(folded) : folded;
}

bool has_weights(const graph::Op& op) {
  return std::holds_alternative<graph::Conv2d>(op) || std::holds_alternative<graph::DepthwiseConv2d>(op) ||
         std::holds_alternative<graph::Dense>(op);
}

// Of each node.
std::vector<quant::WeightType> weight_types(const QuantizeSettings& settings, const graph::Graph& lowered) {
  std::vector<quant::WeightType> types(lowered.nodes.size(), settings.weights);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const graph::Node& node = lowered.nodes[i];
    if (!has_weights(node.op)) continue;
    names.push_back(lowered.node_name(node));
    const auto& kept = settings.int8_layers;
    if (std::find(kept.begin(), kept.end(), names.back()) != kept.end()) types[i] = quant::WeightType::kInt8;
  }
  for (const std::string& layer : settings.int8_layers) {
    if (std::find(names.begin(), names.end(), layer) != names.end()) continue;
    throw Error(ErrorCode::kNotFound, fmt::format("quantize.int8_layers wanted a layer with weights, got '{}'{}", layer,
                                                  did_you_mean(layer, names)));
  }
  return types;
}

InferenceGraphs calibrated(const Context& context, const TrainingSource& source, StepKind step) {
  graph::Graph folded = folded_model(context, step);
  const Calibration calibration(context, source);
  const quant::Draft plain = calibration.draft(folded, quantize_settings(context, step, folded));
  graph::Graph quantized = quantize(quant::repair(plain, calibration.set(), context.recipe.repair));
  return {std::move(folded), std::move(quantized)};
}

}  // namespace

Calibration::Calibration(const Context& context, const TrainingSource& source)
    : settings_(context.recipe.calibration),
      inputs_(source.calibration_inputs(settings_.samples)),
      samples_(static_cast<std::int64_t>(inputs_.size()) / source.sample_elements()),
      runner_(trainer::make_float_runner(context.pool)) {}

quant::Draft Calibration::draft(const graph::Graph& folded, const quant::QuantizeSettings& settings) const {
  return quant::make_draft(folded, set(), settings_, settings);
}

graph::Graph lower(const Recipe& recipe, const graph::Graph& trained) {
  return in_dense_form(recipe, quant::fold(trained));
}

graph::Graph folded_model(const Context& context, StepKind step) {
  return lower(context.recipe, load_trained(context.directory, step));
}

quant::QuantizeSettings quantize_settings(const Recipe& recipe, const graph::Graph& lowered) {
  quant::QuantizeSettings settings;
  if (recipe.quantize.dense == DenseForm::kPerChannel) settings.dense = quant::DenseScales::kPerChannel;
  settings.activations = recipe.quantize.activations;
  settings.weights = weight_types(recipe.quantize, lowered);
  return settings;
}

quant::QuantizeSettings quantize_settings(const Context& context, StepKind step, const graph::Graph& lowered) {
  quant::QuantizeSettings settings = quantize_settings(context.recipe, lowered);
  const bool mixed = context.recipe.compress.went_through(step, StepKind::kMixed);
  if (mixed) settings.weights = mixed_types(context.directory, lowered);
  return settings;
}

void check_layer_types(const Recipe& recipe, std::int32_t classes) {
  quantize_settings(recipe, lower(recipe, trainer::initialize(model_graph(recipe, classes), recipe.project.seed)));
}

trainer::QatTarget qat_target(const Context& context, const graph::Graph& trained) {
  const Recipe& recipe = context.recipe;
  ThreadPool& pool = context.pool;
  trainer::QatTarget target;
  target.lower = [&recipe](const graph::Graph& trained) { return lower(recipe, trained); };
  target.quantize = quantize_settings(context, StepKind::kQat, lower(recipe, trained));
  target.run_quantized = [&pool](const graph::Graph& quantized, std::span<const float> inputs, std::int64_t samples,
                                 std::span<float> outputs) { run_int8(quantized, inputs, samples, outputs, pool); };
  return target;
}

InferenceGraphs inference_graphs(const Context& context, const TrainingSource& source, StepKind step) {
  const StepFiles names(step);
  if (names.int8_graph.empty()) return calibrated(context, source, step);
  return {graph::load(context.directory.file(names.float_graph), graph::Stage::kFloat),
          graph::load(context.directory.file(names.int8_graph), graph::Stage::kInt8)};
}

void quantize_model(const Context& context, const TrainingSource& source) {
  const InferenceGraphs graphs = inference_graphs(context, source, context.recipe.compress.kinds().back());
  graph::save(graphs.float_graph, context.directory.file(files::kFloatGraph));
  graph::save(graphs.int8_graph, context.directory.file(files::kInt8Graph));
}

}  // namespace mote::pipeline
