// The Program that runs the graph node by node. Slow and plain: the oracle of the fused program, and the fallback for
// graphs that the fused one cannot take.
#include <fmt/format.h>

#include <algorithm>

#include "eigen.h"
#include "loss.h"
#include "mote/base/error.h"
#include "parameter_layout.h"
#include "program.h"
#include "run_op.h"

namespace mote::trainer {
namespace {

class ReferenceProgram final : public Program {
 public:
  ReferenceProgram(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool);

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
  Operand operand(graph::TensorId id, const Part& part);
  NodeCall make_call(std::size_t node, const Part& part, RunMode mode, std::vector<Operand>& operands);
  template <class Run>
  void for_each_part(const graph::Op& op, std::int64_t samples, Run&& run);
  StepResult seed_gradients(const Batch& batch);
  double seed_hint(const Batch& batch, std::size_t n, double share);
  void reduce_gradients();

  graph::Graph graph_;
  ThreadPool& pool_;
  std::int64_t max_batch_;
  ParameterLayout layout_;
  std::vector<float> parameters_, statistics_, gradients_;
  std::vector<std::vector<float>> shard_gradients_;
  std::vector<Scratch> scratch_;                // one for each shard
  std::vector<float*> constants_;               // by tensor: into parameters_ or statistics_; null for others
  std::vector<std::int64_t> gradient_offsets_;  // by tensor: into gradients; -1 for what gets none
  std::vector<std::vector<float>> values_;      // by tensor: activations, max_batch × elements
  std::vector<std::vector<float>> dvalues_;     // their gradients; empty for the graph's input
  DropoutKey dropout_;                          // of the running step
};

ReferenceProgram::ReferenceProgram(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool)
    : graph_(graph), pool_(pool), max_batch_(max_batch), layout_(lay_out_parameters(graph)) {
  fix_eigen_blocking();
  parameters_.resize(static_cast<std::size_t>(total_count(layout_.parameters)));
  statistics_.resize(static_cast<std::size_t>(total_count(layout_.statistics)));
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
}

Operand ReferenceProgram::operand(graph::TensorId id, const Part& part) {
  const auto index = static_cast<std::size_t>(id);
  const graph::Tensor& tensor = graph_.tensor(id);
  if (!tensor.constant) {
    const std::int64_t offset = part.first * tensor.elements();
    float* gradient = dvalues_[index].empty() ? nullptr : dvalues_[index].data() + offset;
    return {&tensor, values_[index].data() + offset, gradient};
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
  for (graph::TensorId id : node.inputs) operands.push_back(operand(id, part));
  for (graph::TensorId id : node.outputs) operands.push_back(operand(id, part));
  NodeCall call;
  call.samples = part.count;
  call.first_sample = part.first;
  call.inputs = std::span(operands).first(node.inputs.size());
  call.outputs = std::span(operands).subspan(node.inputs.size());
  call.mode = mode;
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
  std::copy(batch.inputs.begin(), batch.inputs.end(), values_[static_cast<std::size_t>(graph_.inputs.front())].begin());
  for (auto& gradient : dvalues_) std::fill(gradient.begin(), gradient.end(), 0.0F);
  for (auto& gradient : shard_gradients_) std::fill(gradient.begin(), gradient.end(), 0.0F);
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    for_each_part(graph_.nodes[i].op, batch.samples, [&](const Part& part) {
      std::vector<Operand> operands;
      run_forward(graph_.nodes[i].op, make_call(i, part, RunMode::kTraining, operands));
    });
  }
  const StepResult result = seed_gradients(batch);
  for (std::size_t i = graph_.nodes.size() - 1; i-- > 0;) {
    for_each_part(graph_.nodes[i].op, batch.samples, [&](const Part& part) {
      std::vector<Operand> operands;
      run_backward(graph_.nodes[i].op, make_call(i, part, RunMode::kTraining, operands));
    });
  }
  reduce_gradients();
  return result;
}

void ReferenceProgram::infer(std::span<const float> inputs, std::int64_t samples, std::span<float> outputs) {
  const graph::TensorId input = graph_.inputs.front(), output = last_node().outputs.front();
  for (std::int64_t first = 0; first < samples; first += max_batch_) {
    const std::int64_t count = std::min(max_batch_, samples - first);
    const auto from = inputs.subspan(static_cast<std::size_t>(first) * elements(input),
                                     static_cast<std::size_t>(count) * elements(input));
    std::copy(from.begin(), from.end(), values_[static_cast<std::size_t>(input)].begin());
    pool_.run(kShards, [&](std::int64_t shard) {
      const ShardRange range = shard_range(count, shard);
      std::vector<Operand> operands;
      for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
        const Part part{shard, range.first, range.last - range.first};
        run_forward(graph_.nodes[i].op, make_call(i, part, RunMode::kInference, operands));
      }
    });
    std::copy_n(values_[static_cast<std::size_t>(output)].begin(), static_cast<std::size_t>(count) * elements(output),
                outputs.begin() + first * graph_.tensor(output).elements());
  }
}

}  // namespace

std::unique_ptr<Program> make_reference_program(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool) {
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
  return std::make_unique<ReferenceProgram>(graph, max_batch, pool);
}

}  // namespace mote::trainer
