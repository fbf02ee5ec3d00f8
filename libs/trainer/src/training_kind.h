// What a kind of training does otherwise than plain float training. The loop (batches, optimizer, averages, selection,
// checkpoints) is the same for all. Private to the trainer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "mote/trainer/train.h"
#include "program.h"

namespace mote::trainer {

class TrainingKind {
 public:
  virtual ~TrainingKind() = default;

  virtual std::unique_ptr<Program> make_program(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool);
  // What the step must know besides its samples.
  virtual void before_step(std::int32_t /*epoch*/, Batch& /*batch*/) {}
  // What the network answers on the validation set with the program's present parameters and statistics.
  virtual void infer(Program& program, std::span<const float> inputs, std::int64_t samples, std::span<float> outputs);
  // The statistics of the selected epoch, whole: with what the program keeps behind its slots.
  virtual void selected(std::span<const float> /*statistics*/) {}
};

// train() of another kind of training. `settings` are valid.
TrainResult run_training(const graph::Graph& graph, BatchSource& source, const TrainSettings& settings,
                         const TrainIo& io, TrainingKind& kind);

}  // namespace mote::trainer
