#include "batch_maker.h"

#include <fmt/format.h>

#include <algorithm>

#include "mixup.h"
#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "targets.h"

namespace mote::trainer {

Batch MadeBatch::view() const {
  Batch batch;
  batch.samples = samples;
  batch.inputs = inputs;
  batch.targets = targets;
  batch.weights = weights;
  return batch;
}

BatchMaker::BatchMaker(BatchSource& source, const TrainSettings& settings)
    : source_(source), settings_(settings), size_(source.train_size()) {
  if (size_ < 1) throw Error(ErrorCode::kInvalid, "[train] wanted training samples, got none: check the split");
  if (source.classes() < 2) {
    throw Error(ErrorCode::kInvalid, fmt::format("[train] wanted at least 2 classes, got {}", source.classes()));
  }
  batches_ = (size_ + settings_.batch - 1) / settings_.batch;
  class_weights_ = class_weights(settings_.class_weights, source.class_counts());
}

void BatchMaker::make(std::int32_t epoch, std::int64_t number, MadeBatch& batch) {
  const std::int64_t first = size_ * number / batches_;
  batch.samples = size_ * (number + 1) / batches_ - first;
  const auto samples = static_cast<std::size_t>(batch.samples);
  batch.inputs.resize(samples * static_cast<std::size_t>(source_.sample_elements()));
  batch.targets.resize(samples * static_cast<std::size_t>(source_.classes()));
  batch.weights.assign(samples, 1.0F);
  batch.labels.resize(samples);
  source_.fill({first, batch.inputs, batch.labels, batch.weights});
  fill_targets(batch.labels, source_.classes(), settings_.label_smoothing, batch.targets);
  if (settings_.class_weights != ClassWeights::kNone) {
    for (std::size_t n = 0; n < samples; ++n) {
      batch.weights[n] *= class_weights_[static_cast<std::size_t>(batch.labels[n])];
    }
  }
  if (settings_.mixup_alpha > 0) mix(epoch, number, batch);
}

void BatchMaker::mix(std::int32_t epoch, std::int64_t number, MadeBatch& batch) const {
  Rng rng =
      Rng::derive(settings_.seed, "mixup", {static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(number)});
  const MixupPlan plan = plan_mixup(settings_.mixup_alpha, static_cast<std::size_t>(batch.samples), rng);
  batch.copy.resize(std::max({batch.inputs.size(), batch.targets.size(), batch.weights.size()}));
  for (auto* rows : {&batch.inputs, &batch.targets, &batch.weights}) {
    mix_rows(plan, *rows, std::span(batch.copy).first(rows->size()));
  }
}

}  // namespace mote::trainer
