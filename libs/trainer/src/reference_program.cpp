// The Program that runs the graph node by node. Slow and plain: the oracle of the fused program, and the fallback for
// graphs that the fused one cannot take.
#include <fmt/format.h>

#include <algorithm>

#include "eigen.h"
#include "loss.h"
#include "mote/base/error.h"
#include "parameter_layout.h"
#include "program.h"
#include "qat/reference_sites.h"
#include "run_op.h"

namespace mote::trainer {
namespace {

class ReferenceProgram final : public Program {
 public:
  ReferenceProgram(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool, Simulation* simulation);

  std::span<float> parameters() override { return parameters_; }
  const std::vector<ParameterSlot>& parameter_slots() const override { return layout_.parameters; }
  std::span<float> statistics() override { return statistics_; }
  const std::vector<ParameterSlot>& statistic_slots() const override { return layout_.statistics; }
  std::span<float> gradients() override { return gradients_; }
  StepResult step(const Batch& batch) override;
  void infer(std::span<const float> inputs, std::int64_t samples, std::span<float> outputs) override;

 private:
  // Where the samples of a call lie, and whose gradients it adds to.
  struct Part {
    std::int64_t shard = 0;
    std::int64_t first = 0;
    std::int64_t count = 0;
  };

  const graph::Node& last_node() const { return graph_.nodes.back(); }
  std::size_t elements(graph::TensorId id) const { return static_cast<std::size_t>(graph_.tensor(id).elements()); }
  enum class Use : std::uint8_t { kRead, kWrite };
  Operand operand(graph::TensorId id, const Part& part, Use use);
  NodeCall make_call(std::size_t node, const Part& part, RunMode mode, std::vector<Operand>& operands);
  template <class Run>
  void for_each_part(const graph::Op& op, std::int64_t samples, Run&& run);
  enum class Direction : std::uint8_t { kForward, kBackward };
  void run_node(std::size_t index, std::int64_t samples, Direction direction);
  StepResult seed_gradients(const Batch& batch);
  double seed_hint(const Batch& batch, std::size_t n, double share);
  void reduce_gradients();
  void simulate_weights();
  void move_ranges(const Batch& batch, std::span<const double> step_gradients);

  graph::Graph graph_;
  ThreadPool& pool_;
  Simulation* simulation_;  // null in float training
  std::int64_t max_batch_;
  ParameterLayout layout_;
  std::vector<float> parameters_, statistics_, gradients_;
  std::vector<std::vector<float>> shard_gradients_;
  std::vector<Scratch> scratch_;                     // one for each shard
  std::vector<float*> constants_;                    // by tensor: into parameters_ or statistics_; null for others
  std::vector<std::int64_t> gradient_offsets_;       // by tensor: into gradients; -1 for what gets none
  std::vector<std::vector<float>> values_;           // by tensor: activations, max_batch × elements
  std::vector<std::vector<float>> dvalues_;          // their gradients; empty for the graph's input
  std::optional<ReferenceSites> sites_;              // with a simulation
  std::vector<std::vector<float>> integer_weights_;  // by tensor: in place of parameters
  DropoutKey dropout_;                               // of the running step
  bool frozen_norms_ = false;                        // likewise
};

ReferenceProgram::ReferenceProgram(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool,
                                   Simulation* simulation)
    : graph_(graph), pool_(pool), simulation_(simulation), max_batch_(max_batch), layout_(lay_out_parameters(graph)) {
  fix_eigen_blocking();
  parameters_.resize(static_cast<std::size_t>(total_count(layout_.parameters)));
  statistics_.resize(static_cast<std::size_t>(total_count(layout_.statistics) +
                                              (simulation == nullptr ? 0 : simulation->state_count())));
  gradients_.resize(parameters_.size());
  read_constants(graph_, layout_.parameters, parameters_);
  read_constants(graph_, layout_.statistics, statistics_);
  shard_gradients_.assign(kShards, std::vector<float>(parameters_.size()));
  scratch_.resize(kShards);
  constants_.assign(graph_.tensors.size(), nullptr);
  gradient_offsets_.assign(graph_.tensors.size(), -1);
  for (const ParameterSlot& slot : layout_.parameters) {
    constants_[static_cast<std::size_t>(slot.tensor)] = parameters_.data() + slot.offset;
    gradient_offsets_[static_cast<std::size_t>(slot.tensor)] = slot.offset;
  }
  for (const ParameterSlot& slot : layout_.statistics) {
    constants_[static_cast<std::size_t>(slot.tensor)] = statistics_.data() + slot.offset;
  }
  values_.resize(graph_.tensors.size());
  dvalues_.resize(graph_.tensors.size());
  const auto samples = static_cast<std::size_t>(max_batch);
  for (graph::TensorId id : graph_.inputs) values_[static_cast<std::size_t>(id)].resize(samples * elements(id));
  for (const graph::Node& node : graph_.nodes) {
    for (graph::TensorId id : node.outputs) {
      values_[static_cast<std::size_t>(id)].resize(samples * elements(id));
      dvalues_[static_cast<std::size_t>(id)].resize(samples * elements(id));
    }
  }
  if (simulation_ == nullptr) return;
  sites_.emplace(graph_, *simulation_, values_);
  integer_weights_.resize(graph_.tensors.size());
}

// Integer weights as real values, in place of the parameters.
void ReferenceProgram::simulate_weights() {
  if (simulation_ == nullptr) return;
  simulation_->update(parameters_, statistics_);
  for (const NodeParameter& parameter : node_parameters(graph_)) {
    if (parameter.use.kind != ParameterKind::kWeight) continue;
    const WeightGrid& grid = simulation_->weights(parameter.node);
    auto& weights = integer_weights_[static_cast<std::size_t>(parameter.tensor)];
    weights.resize(grid.integers.size());
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = grid.step[grid.channel(i)] * grid.integers[i];
    constants_[static_cast<std::size_t>(parameter.tensor)] = weights.data();
  }
}

// Some samples of each batch, other ones each time: those that the fused program takes.
void ReferenceProgram::move_ranges(const Batch& batch, std::span<const double> step_gradients) {
  const auto state = simulation_->state_of(statistics_);
  if (simulation_->learns()) return simulation_->learn(step_gradients, batch.learning_rate, batch.step, state);
  if (batch.frozen_ranges) return;
  for (std::size_t id = 0; id < values_.size(); ++id) {
    const auto site = static_cast<graph::TensorId>(id);
    if (!simulation_->is_site(site)) continue;
    std::vector<float> seen;
    for (std::int64_t sample : observed_samples(batch)) {
      const auto first = values_[id].begin() + sample * graph_.tensor(site).elements();
      seen.insert(seen.end(), first, first + graph_.tensor(site).elements());
    }
    simulation_->observe(site, seen, state);
  }
}

// What a node reads, or writes.
Operand ReferenceProgram::operand(graph::TensorId id, const Part& part, Use use) {
  const auto index = static_cast<std::size_t>(id);
  const graph::Tensor& tensor = graph_.tensor(id);
  if (!tensor.constant) {
    const std::int64_t offset = part.first * tensor.elements();
    float* gradient = dvalues_[index].empty() ? nullptr : dvalues_[index].data() + offset;
    float* const values = use == Use::kRead && sites_ ? sites_->seen(id).data() : values_[index].data();
    return {&tensor, values + offset, gradient};
  }
  if (constants_[index] == nullptr) return frozen_operand(tensor);
  const std::int64_t offset = gradient_offsets_[index];
  auto& gradients = shard_gradients_[static_cast<std::size_t>(part.shard)];
  return {&tensor, constants_[index], offset < 0 ? nullptr : gradients.data() + offset};
}

NodeCall ReferenceProgram::make_call(std::size_t index, const Part& part, RunMode mode,
                                     std::vector<Operand>& operands) {
  const graph::Node& node = graph_.nodes[index];
  operands.clear();
  for (graph::TensorId id : node.inputs) operands.push_back(operand(id, part, Use::kRead));
  for (graph::TensorId id : node.outputs) operands.push_back(operand(id, part, Use::kWrite));
  NodeCall call;
  call.samples = part.count;
  call.first_sample = part.first;
  call.inputs = std::span(operands).first(node.inputs.size());
  call.outputs = std::span(operands).subspan(node.inputs.size());
  call.mode = mode;
  call.frozen_norms = frozen_norms_;
  call.dropout = {dropout_.seed, dropout_.step, index};
  call.scratch = &scratch_[static_cast<std::size_t>(part.shard)];
  call.scratch->release_all();
  return call;
}

// run(part) for each shard of the batch, or once for the whole batch where the op wants that.
template <class Run>
void ReferenceProgram::for_each_part(const graph::Op& op, std::int64_t samples, Run&& run) {
  if (sees_whole_batch(op)) return run(Part{0, 0, samples});
  pool_.run(kShards, [&](std::int64_t shard) {
    const ShardRange range = shard_range(samples, shard);
    run(Part{shard, range.first, range.last - range.first});
  });
}

// The loss, and its gradient at the input of the final softmax.
StepResult ReferenceProgram::seed_gradients(const Batch& batch) {
  const graph::TensorId output = last_node().outputs.front();
  const graph::TensorId input = last_node().inputs.front();
  const std::size_t classes = elements(output);
  const float beta = std::get<graph::Softmax>(last_node().op).beta;
  double total_weight = 0;
  for (float weight : batch.weights) total_weight += static_cast<double>(weight);
  StepResult result;
  for (std::size_t n = 0; n < static_cast<std::size_t>(batch.samples); ++n) {
    const std::span<const float> probabilities(values_[static_cast<std::size_t>(output)].data() + n * classes, classes);
    const std::span<float> gradient(dvalues_[static_cast<std::size_t>(input)].data() + n * classes, classes);
    const auto targets = batch.targets.subspan(n * classes, classes);
    const double share = total_weight > 0 ? static_cast<double>(batch.weights[n]) / total_weight : 0.0;
    result.loss += sample_loss(batch, n, probabilities, beta, share, gradient);
    result.correct += largest(probabilities) == largest(targets) ? 1 : 0;
    if (graph_.outputs.size() > 1) result.loss += seed_hint(batch, n, share);
  }
  return result;
}

double ReferenceProgram::seed_hint(const Batch& batch, std::size_t n, double share) {
  const auto hinted = static_cast<std::size_t>(graph_.outputs[1]);
  const std::size_t count = elements(graph_.outputs[1]);
  const std::span<const float> output(values_[hinted].data() + n * count, count);
  return hint_loss(batch.hint, n, output, share, {dvalues_[hinted].data() + n * count, count});
}

void ReferenceProgram::reduce_gradients() {
  std::fill(gradients_.begin(), gradients_.end(), 0.0F);
  for (const auto& shard : shard_gradients_) {
    for (std::size_t i = 0; i < gradients_.size(); ++i) gradients_[i] += shard[i];
  }
}

StepResult ReferenceProgram::step(const Batch& batch) {
  dropout_ = {batch.seed, batch.step, 0};
  frozen_norms_ = batch.frozen_norms;
  simulate_weights();
  const graph::TensorId input = graph_.inputs.front();
  std::copy(batch.inputs.begin(), batch.inputs.end(), values_[static_cast<std::size_t>(input)].begin());
  if (sites_) sites_->round_input(batch.samples);
  for (auto& gradient : dvalues_) std::fill(gradient.begin(), gradient.end(), 0.0F);
  for (auto& gradient : shard_gradients_) std::fill(gradient.begin(), gradient.end(), 0.0F);
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    run_node(i, batch.samples, Direction::kForward);
    if (sites_) sites_->round_output(i, batch.samples, frozen_norms_, constants_);
  }
  const StepResult result = seed_gradients(batch);
  std::vector<double> step_gradients(graph_.tensors.size(), 0.0);
  for (std::size_t i = graph_.nodes.size() - 1; i-- > 0;) {
    const graph::TensorId output = graph_.nodes[i].outputs.front();
    if (sites_) step_gradients[static_cast<std::size_t>(output)] = sites_->pass(output, batch.samples, dvalues_);
    run_node(i, batch.samples, Direction::kBackward);
  }
  reduce_gradients();
  if (simulation_ != nullptr) move_ranges(batch, step_gradients);
  return result;
}

void ReferenceProgram::run_node(std::size_t index, std::int64_t samples, Direction direction) {
  const graph::Op& op = graph_.nodes[index].op;
  for_each_part(op, samples, [&](const Part& part) {
    std::vector<Operand> operands;
    const NodeCall call = make_call(index, part, RunMode::kTraining, operands);
    direction == Direction::kForward ? run_forward(op, call) : run_backward(op, call);
  });
}

void ReferenceProgram::infer(std::span<const float> inputs, std::int64_t samples, std::span<float> outputs) {
  const graph::TensorId input = graph_.inputs.front(), output = last_node().outputs.front();
  simulate_weights();
  for (std::int64_t first = 0; first < samples; first += max_batch_) {
    const std::int64_t count = std::min(max_batch_, samples - first);
    const auto from = inputs.subspan(static_cast<std::size_t>(first) * elements(input),
                                     static_cast<std::size_t>(count) * elements(input));
    std::copy(from.begin(), from.end(), values_[static_cast<std::size_t>(input)].begin());
    if (sites_) sites_->round_input(count);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      pool_.run(kShards, [&](std::int64_t shard) {
        const ShardRange range = shard_range(count, shard);
        std::vector<Operand> operands;
        const Part part{shard, range.first, range.last - range.first};
        run_forward(graph_.nodes[i].op, make_call(i, part, RunMode::kInference, operands));
      });
      if (sites_) sites_->round_output(i, count, true, constants_);
    }
    std::copy_n(values_[static_cast<std::size_t>(output)].begin(), static_cast<std::size_t>(count) * elements(output),
                outputs.begin() + first * graph_.tensor(output).elements());
  }
}

}  // namespace

std::unique_ptr<Program> make_reference_program(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool,
                                                Simulation* simulation) {
  graph::verify(graph, graph::Stage::kTrain);
  if (graph.inputs.size() != 1 || graph.outputs.size() > 2) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("[train] wanted a network of one input and one output (and one for hints), got {} and {}",
                            graph.inputs.size(), graph.outputs.size()));
  }
  const bool ends_in_softmax = !graph.nodes.empty() && std::holds_alternative<graph::Softmax>(graph.nodes.back().op) &&
                               graph.nodes.back().outputs.front() == graph.outputs.front();
  const graph::Tensor& output = graph.tensor(graph.outputs.front());
  if (!ends_in_softmax || output.shape.back() != output.elements()) {
    throw Error(ErrorCode::kUnsupported,
                "[train] wanted a network whose last layer is a softmax over the classes: end it in one");
  }
  if (graph::producer(graph, graph.nodes.back().inputs.front()) < 0) {
    throw Error(ErrorCode::kUnsupported,
                "[train] wanted a layer before the final softmax, got none: there is nothing to train");
  }
  return std::make_unique<ReferenceProgram>(graph, max_batch, pool, simulation);
}

}  // namespace mote::trainer
