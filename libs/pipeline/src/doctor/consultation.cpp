#include "doctor/consultation.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mote/base/file.h"
#include "mote/pipeline/evaluate_model.h"
#include "mote/trainer/float_runner.h"
#include "stages/evaluate.h"
#include "stages/quantize.h"

namespace mote::pipeline {
namespace {

// Clips that the data stage could not read are in no cache.
Dataset readable_dataset(const Context& context) {
  Dataset dataset = load_dataset(context.recipe, context.pool.threads());
  const auto document = nlohmann::json::parse(read_text_file(context.directory.file(files::kDataset)));
  leave_out(dataset.manifest, document.at("left_out").get<std::vector<std::string>>());
  return dataset;
}

std::vector<float> calibration_inputs(const Context& context, const Dataset& dataset) {
  const CachedFeatures features = open_features(context, features_key(context.recipe, dataset.hash));
  std::vector<data::Origin> origins;
  for (std::size_t index : data::entries_of(dataset.manifest, data::Split::kTrain))
    origins.push_back(dataset.manifest.entries[index].origin);
  const auto classes = static_cast<std::int32_t>(dataset.manifest.labels.size());
  return TrainingSource(context.recipe, features, classes, origins)
      .calibration_inputs(context.recipe.calibration.samples);
}

}  // namespace

Consultation::Consultation(const Context& context, const DoctorOptions& options)
    : folded_(folded_model(context, context.recipe.compress.kinds().back())),
      runner_(trainer::make_float_runner(context.pool)) {
  training_ = calibration_inputs(context, readable_dataset(context));
  training_samples_ = static_cast<std::int64_t>(training_.size()) / folded_.tensor(folded_.inputs[0]).elements();
  read_clips(context, options);
}

void Consultation::read_clips(const Context& context, const DoctorOptions& options) {
  EvaluateOptions clips;
  clips.model = context.directory.path();
  clips.data = options.data;
  if (options.data.empty()) clips.split = data::Split::kValidation;
  clips.threads = options.threads;
  clips.log = options.log;
  const LabelledFeatures found = labelled_features(clips, options.clips);
  clips_ = found.values;
  truth_ = found.truth;
  split_ = options.data.empty() ? found.split : options.data.string();
  notes_ = found.notes;
}

doctor::Case Consultation::subject() const {
  const auto count = static_cast<std::int64_t>(truth_.size());
  return {folded_, {*runner_, training_, training_samples_}, {{*runner_, clips_, count}, truth_}};
}

doctor::Treatment treatment_of(const Context& context, const graph::Graph& folded) {
  const Recipe& recipe = context.recipe;
  return {recipe.calibration, quantize_settings(context, recipe.compress.kinds().back(), folded), recipe.repair};
}

Recipe with_treatment(const Recipe& recipe, const doctor::Treatment& treatment) {
  Recipe result = recipe;
  result.calibration = treatment.calibration;
  result.repair = treatment.repair;
  const bool per_channel = treatment.quantize.dense == quant::DenseScales::kPerChannel;
  if (per_channel && recipe.quantize.dense == DenseForm::kPerTensor) result.quantize.dense = DenseForm::kPerChannel;
  return result;
}

}  // namespace mote::pipeline
