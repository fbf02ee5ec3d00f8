// A kTrain graph made ready to train: parameters in one flat array, buffers planned once, a step allocates nothing.
//
// Two implementations: the reference program runs the per-op forward() and backward() node by node (the oracle of the
// tests, and the fallback for graphs the fused one cannot take); the fused program runs blocks by sample tile. Private
// to the trainer.
//
// Both programs share what must be equal: parameter_layout.h (order of the slots), dropout_mask.h (masks),
// moving_average.h (how batch norms forget), loss.h (cross-entropy) and the biased batch variance.
//
// Determinism: the batch is cut into kShards shards whatever the number of threads; gradients, losses and batch
// statistics are reduced in shard order.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mote/base/thread_pool.h"
#include "mote/graph/graph.h"

namespace mote::trainer {

inline constexpr std::int64_t kShards = 4;

// The samples [first, last) of a shard.
struct ShardRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
};
constexpr ShardRange shard_range(std::int64_t samples, std::int64_t shard) {
  return {samples * shard / kShards, samples * (shard + 1) / kShards};
}

// Where a constant of the graph lies in the flat arrays.
struct ParameterSlot {
  graph::TensorId tensor = -1;
  std::int64_t offset = 0;  // in floats
  std::int64_t count = 0;
  bool decays = false;  // weight decay applies to convolution and dense weights only
};

// What a teacher says of a batch (Hinton et al. 2015). The loss of a sample becomes
// (1 - weight)·cross-entropy + weight·T²·KL(teacher ‖ softmax of the logits over T).
struct TeacherAnswers {
  std::span<const float> probabilities;  // samples × classes, at this temperature; empty without a teacher
  float temperature = 1.0F;              // T, > 0
  float weight = 0.0F;                   // [0, 1]
};

// What a teacher has inside, for a graph with a second output (Romero et al. 2015): adds weight · mean of
// (second output - values)² to the loss of each sample.
struct HintTargets {
  std::span<const float> values;  // samples × elements of the second output; empty without a hint
  float weight = 0.0F;            // >= 0
};

// One mini-batch. Targets are rows of probabilities (one-hot, smoothed or mixed), weighted by `weights`.
struct Batch {
  std::int64_t samples = 0;
  std::span<const float> inputs;   // samples × input elements, NHWC
  std::span<const float> targets;  // samples × classes
  std::span<const float> weights;  // samples; class weights × sample weights, 1 where none
  std::uint64_t step = 0;          // names the dropout masks of this step, with `seed`
  std::uint64_t seed = 0;
  TeacherAnswers teacher = {};
  double learning_rate = 0;    // of this step, for what is trained beside the parameters
  bool frozen_norms = false;   // batch norms use the moving statistics and leave them alone
  bool frozen_ranges = false;  // observed ranges of a simulation stay
  HintTargets hint = {};
};

struct StepResult {
  double loss = 0;           // sum over samples of weight · loss, divided by the sum of weights
  std::int64_t correct = 0;  // samples whose largest output is the largest target
};

class Simulation;

class Program {
 public:
  virtual ~Program() = default;

  // Trainable parameters (weights, biases, gammas, betas) in one array, in the natural layout of the graph's constants
  // (OHWI …) at the slots listed. Writable: the optimizer updates them in place between steps.
  virtual std::span<float> parameters() = 0;
  virtual const std::vector<ParameterSlot>& parameter_slots() const = 0;
  // The moving statistics of batch norms (mean, then variance, a slot each), updated by step(); behind them, without
  // slots, the state of the simulation.
  virtual std::span<float> statistics() = 0;
  virtual const std::vector<ParameterSlot>& statistic_slots() const = 0;
  // Of the last step, laid out like parameters(), already averaged over the batch.
  virtual std::span<float> gradients() = 0;

  // Forward, loss on the softmax output, backward. Batch norms use and update batch statistics. `batch.samples` <= the
  // largest batch the program was made for.
  virtual StepResult step(const Batch& batch) = 0;

  // Inference on the moving statistics, without dropout: outputs are samples × output elements (after the softmax).
  virtual void infer(std::span<const float> inputs, std::int64_t samples, std::span<float> outputs) = 0;
};

// The graph (verified for kTrain, one input, ends in a softmax, which is its first output) must outlive nothing: what
// is needed is copied. A second output is compared with hints; infer() leaves it out. Uninitialized weights are not
// allowed here: initialize() first. Errors: kUnsupported for a graph without a final softmax.
std::unique_ptr<Program> make_reference_program(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool,
                                                Simulation* simulation = nullptr);

// Null when some part of the graph does not fit the fused blocks: the caller falls back to the reference program.
std::unique_ptr<Program> make_fused_program(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool,
                                            Simulation* simulation = nullptr);

}  // namespace mote::trainer
