// Feeds the trainer from the feature cache: the order of the epoch, SpecAugment, DCT and normalization, sample by
// sample.
#pragma once

#include <memory>
#include <vector>

#include "mote/data/epoch_plan.h"
#include "mote/trainer/batch_source.h"
#include "stages/features.h"

namespace mote::pipeline {

class TrainingSource final : public trainer::BatchSource {
 public:
  // `origins` tells of each training clip whether it was recorded or made. `features` must outlive the source.
  TrainingSource(const Recipe& recipe, const CachedFeatures& features, std::int32_t classes,
                 const std::vector<data::Origin>& origins);

  std::int32_t classes() const override { return classes_; }
  std::int64_t sample_elements() const override { return input_.size(); }
  std::int64_t train_size() const override { return plan_.batches() * plan_.batch(); }
  std::vector<std::int64_t> class_counts() const override;
  trainer::ValidationSet validation() const override { return {validation_inputs_, validation_labels_}; }
  void begin_epoch(std::int32_t epoch) override;
  void fill(const trainer::SampleRun& run) override;

  // Finished features of `count` training clips, spread evenly, without SpecAugment: what calibration looks at.
  std::vector<float> calibration_inputs(std::int64_t count) const;

 private:
  void write_sample(const data::Pick& pick, std::int64_t position, std::span<float> input);

  const Recipe& recipe_;
  const CachedFeatures& features_;
  std::int32_t classes_;
  std::unique_ptr<dsp::Extractor> extractor_;
  std::unique_ptr<dsp::ExtractorScratch> scratch_;
  dsp::FeatureShape base_;
  dsp::FeatureShape input_;
  data::EpochPlan plan_;
  std::int32_t epoch_ = 0;
  std::vector<data::Pick> order_;
  std::vector<float> masked_;
  std::vector<float> validation_inputs_;
  std::vector<std::int32_t> validation_labels_;
};

}  // namespace mote::pipeline
