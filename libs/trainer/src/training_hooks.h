// What a compression step adds to the training loop: held or growing zeros, answers of a teacher. Made by the factories
// of prune.h and distill.h, handed in by TrainIo::hooks. Private to the trainer.
//
// Order of a step: before_step, the program's forward and backward, before_update, gradient clipping, the optimizer,
// constrain (on the parameters, then on their moving average where there is one).
//
// Determinism: what a hook does may depend on the plan, the seed and the numbers it is given; never on threads. All
// that it remembers from step to step lies in state(), which travels in the checkpoint.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/base/log.h"
#include "mote/graph/graph.h"
#include "program.h"

namespace mote::trainer {

// The training that a hook is part of.
struct TrainingPlan {
  const graph::Graph& graph;  // as it was before the first step
  const std::vector<ParameterSlot>& slots;
  std::int32_t epochs = 0;
  std::int64_t steps_of_epoch = 0;
  std::int64_t largest_batch = 0;
  LogSink& log;
};

class TrainingHooks {
 public:
  virtual ~TrainingHooks() = default;

  // Before the first step, or before a resume fills state(). Errors that the settings and the network give away come
  // from here. The parameters are those that training starts from.
  virtual void begin(const TrainingPlan& plan, std::span<const float> parameters) = 0;

  // Its size is fixed by begin().
  virtual std::span<float> state() { return {}; }

  // May add what the loss is to know beside the targets.
  virtual void before_step(Batch& /*batch*/) {}

  // May change both. `update` counts the steps done before this one.
  virtual void before_update(std::uint64_t /*update*/, std::span<float> /*parameters*/,
                             std::span<float> /*gradients*/) {}

  // Puts weights back to where they may be: called on the parameters before the first step and after each update, and
  // on their average.
  virtual void constrain(std::span<float> /*parameters*/) const {}

  // The first epoch whose weights may be kept: before it the network is not what was asked for.
  virtual std::int32_t first_kept_epoch() const { return 0; }
};

}  // namespace mote::trainer
