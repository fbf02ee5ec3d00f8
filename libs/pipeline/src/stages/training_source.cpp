#include "stages/training_source.h"

#include <algorithm>

#include "mote/base/rng.h"
#include "stages/clips.h"

namespace mote::pipeline {
namespace {

data::EpochPlan make_plan(const Recipe& recipe, const data::FeatureCacheIndex& index,
                          const std::vector<data::Origin>& origins) {
  data::EpochSettings settings;
  settings.batch = std::min<std::int64_t>(recipe.train.batch, index.shape.clips);
  settings.seed = recipe.project.seed;
  const bool mixed = std::find(origins.begin(), origins.end(), data::Origin::kRecorded) != origins.end() &&
                     std::find(origins.begin(), origins.end(), data::Origin::kGenerated) != origins.end();
  settings.recorded_share = mixed && !recipe.dataset.recorded_path.empty() ? recipe.dataset.recorded_share : 0;
  return {index.labels, origins, settings};
}

}  // namespace

TrainingSource::TrainingSource(const Recipe& recipe, const CachedFeatures& features, std::int32_t classes,
                               const std::vector<data::Origin>& origins)
    : recipe_(recipe),
      features_(features),
      classes_(classes),
      extractor_(dsp::make_extractor(dsp::ExtractPath::kFast, features.settings)),
      scratch_(extractor_->make_scratch()),
      base_(dsp::base_shape(recipe.features, clip_samples(recipe))),
      input_(model_input_shape(recipe)),
      plan_(make_plan(recipe, features.train.index(), origins)),
      masked_(static_cast<std::size_t>(base_.size())),
      validation_labels_(features.validation.index().labels) {
  const std::int64_t clips = features.validation.index().shape.clips;
  validation_inputs_.resize(static_cast<std::size_t>(clips * input_.size()));
  for (std::int64_t clip = 0; clip < clips; ++clip) {
    extractor_->finish(
        features.validation.features(clip, 0), *scratch_,
        std::span(validation_inputs_)
            .subspan(static_cast<std::size_t>(clip * input_.size()), static_cast<std::size_t>(input_.size())));
  }
}

std::vector<std::int64_t> TrainingSource::class_counts() const {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(classes_), 0);
  for (std::int32_t label : features_.train.index().labels) ++counts[static_cast<std::size_t>(label)];
  return counts;
}

void TrainingSource::begin_epoch(std::int32_t epoch) {
  epoch_ = epoch;
  order_ = plan_.epoch(epoch);
}

void TrainingSource::write_sample(const data::Pick& pick, std::int64_t position, std::span<float> input) {
  const std::int64_t pass = pick.visit % features_.train.index().shape.passes;
  std::span<const float> base = features_.train.features(pick.clip, pass);
  Rng rng = Rng::derive(recipe_.project.seed, "spec_augment",
                        {static_cast<std::uint64_t>(epoch_), static_cast<std::uint64_t>(position)});
  if (recipe_.spec_augment.probability > 0 && rng.chance(recipe_.spec_augment.probability)) {
    std::copy(base.begin(), base.end(), masked_.begin());
    dsp::SpecAugmentSettings always = recipe_.spec_augment;
    always.probability = 1;
    dsp::spec_augment(always, rng, base_, recipe_.features.mel_count, masked_);
    base = masked_;
  }
  extractor_->finish(base, *scratch_, input);
}

void TrainingSource::fill(const trainer::SampleRun& run) {
  const auto elements = static_cast<std::size_t>(input_.size());
  for (std::size_t i = 0; i < run.labels.size(); ++i) {
    const std::int64_t position = run.first + static_cast<std::int64_t>(i);
    const data::Pick& pick = order_[static_cast<std::size_t>(position)];
    write_sample(pick, position, run.inputs.subspan(i * elements, elements));
    run.labels[i] = features_.train.index().labels[static_cast<std::size_t>(pick.clip)];
    run.weights[i] = 1;
  }
}

std::vector<float> TrainingSource::calibration_inputs(std::int64_t count) const {
  const std::vector<std::int64_t> clips = spread_evenly(features_.train.index().shape.clips, count);
  const auto elements = static_cast<std::size_t>(input_.size());
  std::vector<float> inputs(clips.size() * elements);
  for (std::size_t i = 0; i < clips.size(); ++i)
    extractor_->finish(features_.train.features(clips[i], 0), *scratch_,
                       std::span(inputs).subspan(i * elements, elements));
  return inputs;
}

}  // namespace mote::pipeline
