#include "schedule.h"

#include <algorithm>
#include <map>

namespace mote::trainer::fused {
namespace {

// Rows of a matrix product that keep a kernel busy, and floats of a value that leave room in a cache of 1 MB.
constexpr std::int64_t kTileRows = 128;
constexpr std::int64_t kTileFloats = 32768;

bool contains(const std::vector<Value*>& list, const Value* value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Collects calls and starts a phase where one must wait for the sums of an earlier one.
class Scheduler {
 public:
  Scheduler() : phases_(1) {}

  void forward(Block& block) {
    const auto waits = [&](const Edge& edge) { return contains(statistics_, edge.value); };
    if (std::any_of(block.inputs().begin(), block.inputs().end(), waits)) start_phase();
    phases_.back().calls.push_back({&block, Direction::kForward});
    if (block.output() != nullptr && block.output()->norm) statistics_.push_back(block.output());
    if (block.output() == nullptr) note_gradients(block);
  }

  void backward(Block& block) {
    if (block.output() == nullptr || !block.output()->needs_gradient) return;
    if (block.output()->norm && contains(gradients_, block.output())) start_phase();
    phases_.back().calls.push_back({&block, Direction::kBackward});
    note_gradients(block);
  }

  Schedule result() && { return {std::move(phases_), std::move(gradients_)}; }

 private:
  void start_phase() {
    Phase& phase = phases_.emplace_back();
    phase.finish_statistics.swap(statistics_);
    phase.finish_gradients.swap(gradients_);
  }

  void note_gradients(Block& block) {
    for (const Edge& edge : block.inputs()) {
      const bool has_sums = edge.value->norm || edge.value->bias;
      if (edge.value->needs_gradient && edge.completes_gradient() && has_sums) gradients_.push_back(edge.value);
    }
  }

  std::vector<Phase> phases_;
  std::vector<Value*> statistics_, gradients_;  // whose sums the running phase takes
};

std::vector<const Value*> values_of(const Call& call) {
  std::vector<const Value*> values;
  if (call.block->output() != nullptr) values.push_back(call.block->output());
  for (const Edge& edge : call.block->inputs()) values.push_back(edge.value);
  return values;
}

std::int64_t tile_samples(const Phase& phase, std::int64_t max_batch) {
  std::int64_t positions = 1, floats = 1;
  for (const Call& call : phase.calls) {
    for (const Value* value : values_of(call)) {
      positions = std::max(positions, value->positions());
      floats = std::max(floats, value->sample_floats());
    }
  }
  const std::int64_t shard = (max_batch + kShards - 1) / kShards;
  return std::max<std::int64_t>(1, std::min({kTileRows / positions, kTileFloats / floats, shard}));
}

}  // namespace

Schedule make_schedule(const Network& network, std::int64_t max_batch) {
  Scheduler scheduler;
  for (const auto& block : network.blocks) scheduler.forward(*block);
  for (auto block = network.blocks.rbegin(); block != network.blocks.rend(); ++block) scheduler.backward(**block);
  Schedule schedule = std::move(scheduler).result();
  std::map<Block*, std::int64_t> largest_tile;
  schedule.inference_tile_samples = max_batch;
  for (Phase& phase : schedule.phases) {
    phase.tile_samples = tile_samples(phase, max_batch);
    schedule.inference_tile_samples = std::min(schedule.inference_tile_samples, phase.tile_samples);
    for (const Call& call : phase.calls) {
      std::int64_t& samples = largest_tile[call.block];
      samples = std::max(samples, phase.tile_samples);
    }
  }
  for (const auto& block : network.blocks) {
    schedule.scratch_floats = std::max(schedule.scratch_floats, block->prepare(largest_tile[block.get()]));
  }
  return schedule;
}

std::vector<AlignedArray> allocate_gradients(const Network& network, const Schedule& schedule, std::int64_t max_batch) {
  std::vector<AlignedArray> buffers;
  std::multimap<std::int64_t, std::size_t> free_buffers;  // by floats of a sample
  std::map<const Value*, std::size_t> held;
  const auto take = [&](Value& value) {
    if (!value.needs_gradient || held.contains(&value)) return;
    const auto found = free_buffers.find(value.sample_floats());
    const std::size_t index = found == free_buffers.end() ? buffers.size() : found->second;
    if (found == free_buffers.end()) buffers.emplace_back(max_batch * value.sample_floats());
    if (found != free_buffers.end()) free_buffers.erase(found);
    held[&value] = index;
    value.set_gradient_buffer(buffers[index].data());
  };
  const auto release = [&](const Value& value) { free_buffers.emplace(value.sample_floats(), held.at(&value)); };
  for (const LossBlock* loss : {network.loss, network.hint}) {
    if (loss == nullptr) continue;
    for (const Edge& edge : loss->inputs()) take(*edge.value);
  }
  for (const Phase& phase : schedule.phases) {
    for (const Call& call : phase.calls) {
      if (call.direction == Direction::kForward) continue;
      release(*call.block->output());
      for (const Edge& edge : call.block->inputs()) take(*edge.value);
    }
  }
  return buffers;
}

}  // namespace mote::trainer::fused
