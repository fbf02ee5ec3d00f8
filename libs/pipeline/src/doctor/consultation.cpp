#include "doctor/consultation.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/graph/text.h"
#include "mote/trainer/float_runner.h"
#include "stages/evaluate.h"
#include "stages/quantize.h"
#include "stages/steps.h"

namespace mote::pipeline {
namespace {

// Quantization-aware training behind the other steps, or twice as long where it is there.
void train_quantized(Recipe& recipe) {
  std::vector<std::string>& steps = recipe.compress.steps;
  const std::string name(enum_name(StepKind::kQat));
  if (steps.back() == name) {
    recipe.qat.epochs *= 2;
  } else {
    steps.push_back(name);
  }
}

// Clips that the data stage could not read are in no cache.
Dataset readable_dataset(const Context& context) {
  Dataset dataset = load_dataset(context.recipe, context.pool.threads());
  const auto document = nlohmann::json::parse(read_text_file(context.directory.file(files::kDataset)));
  leave_out(dataset.manifest, document.at("left_out").get<std::vector<std::string>>());
  return dataset;
}

}  // namespace

std::vector<float> training_inputs(const Context& context) {
  const Dataset dataset = readable_dataset(context);
  const CachedFeatures features = open_features(context, features_key(context.recipe, dataset.hash));
  std::vector<data::Origin> origins;
  for (std::size_t index : data::entries_of(dataset.manifest, data::Split::kTrain))
    origins.push_back(dataset.manifest.entries[index].origin);
  const auto classes = static_cast<std::int32_t>(dataset.manifest.labels.size());
  return TrainingSource(context.recipe, features, classes, origins)
      .calibration_inputs(context.recipe.calibration.samples);
}

ClipRoles clip_roles(const DoctorOptions& options) {
  EvaluateOptions clips;
  clips.model = options.model;
  clips.data = options.data;
  clips.threads = options.threads;
  clips.log = options.log;
  ClipRoles roles{clips, clips};
  if (options.data.empty()) {
    roles.choosing.split = data::Split::kValidation;
    roles.judging.split = data::Split::kTest;
    if (!clip_ids(roles.judging).empty()) return roles;
    roles.judging.split = data::Split::kValidation;
  }
  roles.choosing.share = ClipShare::kFirstHalf;
  roles.judging.share = ClipShare::kSecondHalf;
  return roles;
}

Consultation::Consultation(const Context& context, const DoctorOptions& options)
    : pool_(context.pool), runner_(trainer::make_float_runner(context.pool)) {
  read_graphs(context);
  training_ = training_inputs(context);
  training_samples_ = static_cast<std::int64_t>(training_.size()) / folded_.tensor(folded_.inputs[0]).elements();
  read_clips(options);
}

void Consultation::read_graphs(const Context& context) {
  const StepKind last = context.recipe.compress.kinds().back();
  if (StepFiles(last).int8_graph.empty()) {
    folded_ = folded_model(context, last);
    return;
  }
  folded_ = graph::load(context.directory.file(files::kFloatGraph), graph::Stage::kFloat);
  int8_ = graph::load(context.directory.file(files::kInt8Graph), graph::Stage::kInt8);
  notes_.push_back(fmt::format("the int8 graph is as the step {} trained it: repairs after training have no part in it",
                               enum_name(last)));
}

void Consultation::read_clips(const DoctorOptions& options) {
  const LabelledFeatures found = labelled_features(clip_roles(options).choosing, options.clips);
  clips_ = found.values;
  truth_ = found.truth;
  split_ = options.data.empty() ? found.split : fmt::format("{}, {}", options.data.string(), found.split);
  notes_.insert(notes_.end(), found.notes.begin(), found.notes.end());
}

doctor::Case Consultation::subject() const {
  const auto count = static_cast<std::int64_t>(truth_.size());
  return {folded_, {*runner_, training_, training_samples_}, {{*runner_, clips_, count}, truth_}};
}

doctor::Diagnosis Consultation::diagnose(const doctor::Treatment& treatment) const {
  const doctor::Case patient = subject();
  if (int8_) return doctor::diagnose(folded_, *int8_, patient.clips, pool_);
  const quant::Draft draft = doctor::draft_of(patient, treatment);
  return doctor::diagnose(draft.reference, quantize(draft), patient.clips, pool_);
}

doctor::Treatment treatment_of(const Context& context, const graph::Graph& folded) {
  const Recipe& recipe = context.recipe;
  return {recipe.calibration, quantize_settings(context, recipe.compress.kinds().back(), folded), recipe.repair};
}

Recipe with_treatment(const Recipe& recipe, const doctor::Treatment& treatment) {
  Recipe result = recipe;
  result.calibration = treatment.calibration;
  result.repair = treatment.repair;
  result.quantize.activations = treatment.quantize.activations;
  const bool per_channel = treatment.quantize.dense == quant::DenseScales::kPerChannel;
  if (per_channel && recipe.quantize.dense == DenseForm::kPerTensor) result.quantize.dense = DenseForm::kPerChannel;
  return result;
}

std::vector<NamedValue> changed_settings(const Recipe& before, const Recipe& after) {
  Recipe a = before, b = after;
  const std::vector<Setting> old = settings_of(a), changed = settings_of(b);
  std::vector<NamedValue> result;
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (old[i].text() != changed[i].text()) result.push_back({changed[i].path, changed[i].text()});
  }
  return result;
}

std::string change_of(const Recipe& recipe, const doctor::Treatment& treatment, doctor::Remedy remedy) {
  Recipe changed = with_treatment(recipe, doctor::with(treatment, remedy));
  if (remedy == doctor::Remedy::kTrainQuantized) train_quantized(changed);
  std::vector<std::string> lines;
  for (const NamedValue& setting : changed_settings(recipe, changed))
    lines.push_back(fmt::format("{} = {}", setting.name, setting.value));
  return join(lines, ", ");
}

}  // namespace mote::pipeline
