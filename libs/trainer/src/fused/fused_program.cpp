// The Program that runs blocks by sample tile. docs/trainer.md explains what is stored, what is computed again, and why
// the bits do not depend on the number of threads.
#include <algorithm>

#include "../parameter_layout.h"
#include "../program.h"
#include "barrier.h"
#include "denormals.h"
#include "network.h"
#include "schedule.h"

namespace mote::trainer {
namespace fused {
namespace {

class FusedProgram final : public Program {
 public:
  FusedProgram(const graph::Graph& graph, ParameterLayout layout, Network network, const Kernels& kernels,
               std::int64_t max_batch, ThreadPool& pool, Simulation* simulation);

  std::span<float> parameters() override { return parameters_; }
  const std::vector<ParameterSlot>& parameter_slots() const override { return layout_.parameters; }
  std::span<float> statistics() override { return statistics_; }
  const std::vector<ParameterSlot>& statistic_slots() const override { return layout_.statistics; }
  std::span<float> gradients() override { return gradients_; }
  StepResult step(const Batch& batch) override;
  void infer(std::span<const float> inputs, std::int64_t samples, std::span<float> outputs) override;

 private:
  // A thread's own memory.
  struct Worker {
    AlignedArray scratch;
    AlignedArray sums;
    std::vector<float> seen;  // what is observed
  };

  Arrays arrays() { return {parameters_.data(), statistics_.data(), gradients_.data()}; }
  void run_step(const Job& job, int worker);
  void begin(const Job& job, int worker);
  void run_phase(const Job& job, std::size_t index, int worker);
  void run_tile(const Phase& phase, const Tile& tile);
  void finish_sums(const Batch& batch, const std::vector<Value*>& statistics, const std::vector<Value*>& gradients);
  void observe(const Job& job, const Value& value, Worker& worker);
  void learn_steps(const Batch& batch);
  void infer_tiles(const Job& job, std::int64_t samples, int worker, int workers);
  // every(i) for the i that are this worker's.
  template <class Body>
  static void share(std::size_t count, int worker, int workers, Body&& every);

  ThreadPool& pool_;
  Simulation* simulation_;  // null in float training
  const Kernels& kernels_;
  ParameterLayout layout_;
  Network network_;
  Schedule schedule_;
  std::vector<AlignedArray> gradient_buffers_;
  std::vector<float> parameters_, statistics_, gradients_;
  std::vector<Worker> workers_;  // no more than there are shards
  Barrier barrier_;
  std::int64_t max_batch_;
  std::size_t graph_tensors_;
};

int worker_count(const ThreadPool& pool) {
  return std::min(pool.threads(), static_cast<int>(kShards));
}

FusedProgram::FusedProgram(const graph::Graph& graph, ParameterLayout layout, Network network, const Kernels& kernels,
                           std::int64_t max_batch, ThreadPool& pool, Simulation* simulation)
    : pool_(pool),
      simulation_(simulation),
      kernels_(kernels),
      layout_(std::move(layout)),
      network_(std::move(network)),
      schedule_(make_schedule(network_, max_batch)),
      gradient_buffers_(allocate_gradients(network_, schedule_, max_batch)),
      parameters_(static_cast<std::size_t>(total_count(layout_.parameters))),
      statistics_(static_cast<std::size_t>(total_count(layout_.statistics) +
                                           (simulation == nullptr ? 0 : simulation->state_count()))),
      gradients_(parameters_.size()),
      barrier_(worker_count(pool)),
      max_batch_(max_batch),
      graph_tensors_(graph.tensors.size()) {
  read_constants(graph, layout_.parameters, parameters_);
  read_constants(graph, layout_.statistics, statistics_);
  std::int64_t widest = 0;
  for (const auto& value : network_.values) {
    value->allocate(max_batch);
    widest = std::max(widest, value->stride());
  }
  for (int i = 0; i < worker_count(pool); ++i) {
    workers_.push_back({AlignedArray(schedule_.scratch_floats), AlignedArray(3 * widest), {}});
  }
}

template <class Body>
void FusedProgram::share(std::size_t count, int worker, int workers, Body&& every) {
  for (auto i = static_cast<std::size_t>(worker); i < count; i += static_cast<std::size_t>(workers)) every(i);
}

StepResult FusedProgram::step(const Batch& batch) {
  if (simulation_ != nullptr) simulation_->update(parameters_, statistics_);
  Job job{&kernels_, batch.inputs.data(), &batch};
  for (float weight : batch.weights) job.total_weight += static_cast<double>(weight);
  pool_.run_on_all([&](int worker) {
    if (worker < static_cast<int>(workers_.size())) run_step(job, worker);
  });
  if (simulation_ != nullptr && simulation_->learns()) learn_steps(batch);
  StepResult result = network_.loss->result();
  if (network_.hint != nullptr) result.loss += network_.hint->result().loss;
  return result;
}

void FusedProgram::run_step(const Job& job, int worker) {
  const FlushDenormals guard;
  begin(job, worker);
  for (std::size_t i = 0; i < schedule_.phases.size(); ++i) {
    const Phase& phase = schedule_.phases[i];
    barrier_.wait([&] { finish_sums(*job.batch, phase.finish_statistics, phase.finish_gradients); });
    run_phase(job, i, worker);
  }
  barrier_.wait([&] { finish_sums(*job.batch, {}, schedule_.finish_gradients); });
  share(network_.blocks.size(), worker, static_cast<int>(workers_.size()),
        [&](std::size_t i) { network_.blocks[i]->reduce(gradients_.data()); });
  if (simulation_ == nullptr || job.batch->frozen_ranges) return;
  share(network_.values.size(), worker, static_cast<int>(workers_.size()),
        [&](std::size_t i) { observe(job, *network_.values[i], workers_[static_cast<std::size_t>(worker)]); });
}

void FusedProgram::observe(const Job& job, const Value& value, Worker& worker) {
  if (value.sites.empty() || simulation_->learns()) return;
  std::vector<float>& seen = worker.seen;
  seen.clear();
  for (std::int64_t sample : observed_samples(*job.batch)) {
    float* view = worker.scratch.data();
    value.raw_view({job, sample, sample, 1, 0, view, worker.sums.data()}, view);
    for (std::int64_t row = 0; row < value.positions(); ++row, view += value.stride()) {
      seen.insert(seen.end(), view, view + value.channels());
    }
  }
  const auto state = simulation_->state_of(statistics_);
  for (graph::TensorId site : value.sites) simulation_->observe(site, seen, state);
}

void FusedProgram::learn_steps(const Batch& batch) {
  std::vector<double> gradients(graph_tensors_, 0.0);
  for (const auto& value : network_.values) {
    if (value->learns_step) gradients[static_cast<std::size_t>(value->tensor)] += value->step_gradient();
  }
  simulation_->learn(gradients, batch.learning_rate, batch.step, simulation_->state_of(statistics_));
}

void FusedProgram::begin(const Job& job, int worker) {
  const int workers = static_cast<int>(workers_.size());
  share(network_.values.size(), worker, workers,
        [&](std::size_t i) { network_.values[i]->begin_step(arrays(), *job.batch); });
  share(network_.blocks.size(), worker, workers, [&](std::size_t i) { network_.blocks[i]->pack(parameters_.data()); });
  share(kShards, worker, workers, [&](std::size_t shard) {
    for (const auto& block : network_.blocks) block->begin_shard(static_cast<std::int64_t>(shard));
  });
}

void FusedProgram::finish_sums(const Batch& batch, const std::vector<Value*>& statistics,
                               const std::vector<Value*>& gradients) {
  for (Value* value : statistics) value->finish_statistics(arrays(), batch.samples, batch.step);
  for (Value* value : gradients) value->finish_gradient(arrays(), batch.samples);
}

// Every other phase goes through shards and tiles backwards: it starts with what the phase before left in the cache.
void FusedProgram::run_phase(const Job& job, std::size_t index, int worker) {
  const Phase& phase = schedule_.phases[index];
  const bool backwards = index % 2 == 1;
  const auto workers = static_cast<std::int64_t>(workers_.size());
  const std::int64_t own_shards = (kShards - worker + workers - 1) / workers;
  for (std::int64_t i = 0; i < own_shards; ++i) {
    const std::int64_t shard = worker + (backwards ? own_shards - 1 - i : i) * workers;
    const ShardRange range = shard_range(job.batch->samples, shard);
    const std::int64_t tiles = (range.last - range.first + phase.tile_samples - 1) / phase.tile_samples;
    for (std::int64_t t = 0; t < tiles; ++t) {
      Worker& memory = workers_[static_cast<std::size_t>(worker)];
      const std::int64_t first = range.first + (backwards ? tiles - 1 - t : t) * phase.tile_samples;
      const std::int64_t count = std::min(phase.tile_samples, range.last - first);
      run_tile(phase, {job, first, first, count, shard, memory.scratch.data(), memory.sums.data()});
    }
  }
}

void FusedProgram::run_tile(const Phase& phase, const Tile& tile) {
  for (const Call& call : phase.calls) {
    if (call.direction == Direction::kForward) call.block->forward(tile);
    if (call.direction == Direction::kBackward) call.block->backward(tile);
  }
}

void FusedProgram::infer(std::span<const float> inputs, std::int64_t samples, std::span<float> outputs) {
  Job job{&kernels_, inputs.data()};
  job.outputs = outputs.data();
  // Each worker keeps its values in places of its own, over and over: they stay in its cache.
  const std::int64_t places = max_batch_ / schedule_.inference_tile_samples;
  const int workers = static_cast<int>(std::min<std::int64_t>(static_cast<std::int64_t>(workers_.size()), places));
  if (simulation_ != nullptr) simulation_->update(parameters_, statistics_);
  for (const auto& value : network_.values) value->begin_inference(arrays());
  for (const auto& block : network_.blocks) block->pack(parameters_.data());
  pool_.run_on_all([&](int worker) {
    if (worker < workers) infer_tiles(job, samples, worker, workers);
  });
}

void FusedProgram::infer_tiles(const Job& job, std::int64_t samples, int worker, int workers) {
  const FlushDenormals guard;
  const std::int64_t size = schedule_.inference_tile_samples;
  Worker& memory = workers_[static_cast<std::size_t>(worker)];
  for (std::int64_t first = worker * size; first < samples; first += workers * size) {
    const Tile tile{
        job, first, worker * size, std::min(size, samples - first), 0, memory.scratch.data(), memory.sums.data()};
    for (const auto& block : network_.blocks) block->forward(tile);
  }
}

}  // namespace
}  // namespace fused

std::unique_ptr<Program> make_fused_program(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool,
                                            Simulation* simulation) {
  graph::verify(graph, graph::Stage::kTrain);
  const fused::Kernels& kernels = fused::best_kernels();
  ParameterLayout layout = lay_out_parameters(graph);
  auto network = fused::build_network(graph, layout, kernels, simulation);
  if (!network) return nullptr;
  return std::make_unique<fused::FusedProgram>(graph, std::move(layout), std::move(*network), kernels, max_batch, pool,
                                               simulation);
}

}  // namespace mote::trainer
