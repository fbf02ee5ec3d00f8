#include "stages/quantize.h"

#include "mote/graph/text.h"
#include "mote/quant/fold.h"
#include "mote/quant/pointwise.h"
#include "mote/quant/unequal.h"
#include "mote/trainer/float_runner.h"

namespace mote::pipeline {

graph::Graph folded_model(const Context& context) {
  const graph::Graph trained = graph::load(context.directory.file(files::kTrained), graph::Stage::kTrain);
  const graph::Graph folded =
      quant::make_unequal(quant::fold(trained), context.recipe.quantize.unequal_octaves, context.recipe.project.seed);
  return context.recipe.quantize.dense == DenseForm::kPointwise ? quant::dense_to_pointwise(folded) : folded;
}

quant::QuantizeSettings quantize_settings(const Recipe& recipe) {
  quant::QuantizeSettings settings;
  if (recipe.quantize.dense == DenseForm::kPerChannel) settings.dense = quant::DenseScales::kPerChannel;
  return settings;
}

void quantize_model(const Context& context, const TrainingSource& source) {
  const Recipe& recipe = context.recipe;
  const graph::Graph folded = folded_model(context);
  const std::vector<float> inputs = source.calibration_inputs(recipe.calibration.samples);
  const auto runner = trainer::make_float_runner(context.pool);
  const quant::MeasuringSet set{*runner, inputs, static_cast<std::int64_t>(inputs.size()) / source.sample_elements()};
  const quant::Draft plain = quant::make_draft(folded, set, recipe.calibration, quantize_settings(recipe));
  const graph::Graph quantized = quantize(quant::repair(plain, set, recipe.repair));
  graph::save(folded, context.directory.file(files::kFloatGraph));
  graph::save(quantized, context.directory.file(files::kInt8Graph));
}

}  // namespace mote::pipeline
