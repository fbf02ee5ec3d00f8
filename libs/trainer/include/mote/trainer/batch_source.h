// Where training samples come from: an interface that the pipeline implements, so that the trainer knows no data set
// and no feature.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mote::trainer {

// The whole validation set as one matrix: inputs are samples × sample_elements (NHWC), one label in [0, classes) a
// sample. The spans live as long as the source.
struct ValidationSet {
  std::span<const float> inputs;
  std::span<const std::int32_t> labels;
};

// Room for a run of samples, made by the trainer; every element is to be written.
struct SampleRun {
  std::int64_t first = 0;          // position in the epoch's order of the first sample
  std::span<float> inputs;         // samples × sample_elements, NHWC
  std::span<std::int32_t> labels;  // samples; its size says how many are wanted
  std::span<float> weights;        // samples; 1 unless the source wants some to count more
};

class BatchSource {
 public:
  virtual ~BatchSource() = default;

  virtual std::int32_t classes() const = 0;
  virtual std::int64_t sample_elements() const = 0;
  // Samples of one epoch, the same for every epoch.
  virtual std::int64_t train_size() const = 0;
  // Training samples of each class, for balanced class weights.
  virtual std::vector<std::int64_t> class_counts() const = 0;
  virtual ValidationSet validation() const = 0;

  // Fixes the order of the samples of `epoch` (from 0). Called on the thread that called train(), when no fill() is
  // running. A resumed training begins with a later epoch than 0.
  virtual void begin_epoch(std::int32_t epoch) = 0;
  // Writes the samples at positions [run.first, run.first + run.labels.size()) of the order that begin_epoch() fixed.
  // What it writes depends on the seed, the epoch and the position alone. Called from the prefetch thread while a
  // training step runs on the pool: it must not use that pool. Exceptions end the training.
  virtual void fill(const SampleRun& run) = 0;
};

}  // namespace mote::trainer
