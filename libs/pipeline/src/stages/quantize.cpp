#include "stages/quantize.h"

#include "mote/graph/text.h"
#include "mote/quant/fold.h"
#include "mote/quant/pointwise.h"
#include "mote/quant/quantize.h"
#include "mote/trainer/float_runner.h"

namespace mote::pipeline {

void quantize_model(const Context& context, const TrainingSource& source) {
  const Recipe& recipe = context.recipe;
  const graph::Graph trained = graph::load(context.directory.file(files::kTrained), graph::Stage::kTrain);
  graph::Graph folded = quant::fold(trained);
  if (recipe.quantize.dense == DenseForm::kPointwise) folded = quant::dense_to_pointwise(folded);
  const std::vector<float> inputs = source.calibration_inputs(recipe.calibration.samples);
  const auto samples = static_cast<std::int64_t>(inputs.size()) / source.sample_elements();
  const auto runner = trainer::make_float_runner(context.pool);
  const auto ranges = quant::calibrate(folded, *runner, inputs, samples, recipe.calibration);
  quant::QuantizeSettings settings;
  if (recipe.quantize.dense == DenseForm::kPerChannel) settings.dense = quant::DenseScales::kPerChannel;
  settings.activations = recipe.quantize.activations;
  settings.weights.assign(folded.nodes.size(), recipe.quantize.weights);
  const graph::Graph quantized = quant::quantize(folded, ranges, settings);
  graph::save(folded, context.directory.file(files::kFloatGraph));
  graph::save(quantized, context.directory.file(files::kInt8Graph));
}

}  // namespace mote::pipeline
