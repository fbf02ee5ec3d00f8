// Makes mini-batches: samples from the source, targets, weights, mixup. What a batch holds depends on seed, epoch and
// its number.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/trainer/batch_source.h"
#include "mote/trainer/settings.h"
#include "program.h"

namespace mote::trainer {

// One batch and its memory.
struct MadeBatch {
  std::int64_t samples = 0;
  std::vector<float> inputs, targets, weights;
  std::vector<std::int32_t> labels;
  std::vector<float> copy;  // of mixup

  Batch view() const;
};

class BatchMaker {
 public:
  // `source` must outlive it. Errors: kInvalid for a source without samples or with fewer than two classes.
  BatchMaker(BatchSource& source, const TrainSettings& settings);

  // An epoch is cut into the fewest batches of at most settings.batch samples, of sizes that differ by one at most.
  std::int64_t batches() const { return batches_; }
  std::int64_t largest_batch() const { return (size_ + batches_ - 1) / batches_; }

  // Errors: kInvalid for a label out of range; those of the source.
  void make(std::int32_t epoch, std::int64_t number, MadeBatch& batch);

 private:
  void mix(std::int32_t epoch, std::int64_t number, MadeBatch& batch) const;

  BatchSource& source_;
  const TrainSettings settings_;
  std::int64_t size_ = 0;
  std::int64_t batches_ = 0;
  std::vector<float> class_weights_;
};

}  // namespace mote::trainer
