#include "mote/trainer/float_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "eigen.h"
#include "mote/base/error.h"
#include "run_op.h"

namespace mote::trainer {
namespace {

// Samples that go through a node, or through the whole graph, in one task.
constexpr std::int64_t kGroup = 16;

std::int64_t group_count(std::int64_t samples) {
  return (samples + kGroup - 1) / kGroup;
}

void check_inputs(const graph::Graph& graph, std::span<const float> inputs, std::int64_t samples) {
  if (graph.inputs.size() != 1) {
    throw Error(ErrorCode::kInvalid, fmt::format("[float] wanted a graph of one input, got {}", graph.inputs.size()));
  }
  const std::int64_t wanted = samples * graph.tensor(graph.inputs.front()).elements();
  if (static_cast<std::int64_t>(inputs.size()) == wanted) return;
  throw Error(ErrorCode::kInvalid,
              fmt::format("[float] wanted {} input values for {} samples, got {}", wanted, samples, inputs.size()));
}

// A kTrain graph may have weights without values.
void check_constants(const graph::Graph& graph) {
  for (const graph::Tensor& tensor : graph.tensors) {
    if (!tensor.constant || tensor.data) continue;
    throw Error(ErrorCode::kInvalid, fmt::format("[float] weight '{}' has no values: initialize() first", tensor.name));
  }
}

// Activations by tensor, each samples × elements; empty where not alive.
using Activations = std::vector<std::vector<float>>;

// Runs one node on the samples [first, first + count).
void run_samples(const graph::Graph& graph, const graph::Node& node, Activations& activations, std::int64_t first,
                 std::int64_t count, Scratch& scratch) {
  std::vector<Operand> operands;
  const auto add = [&](graph::TensorId id) {
    const graph::Tensor& tensor = graph.tensor(id);
    if (tensor.constant) return operands.push_back(frozen_operand(tensor));
    operands.push_back(
        {&tensor, activations[static_cast<std::size_t>(id)].data() + first * tensor.elements(), nullptr});
  };
  for (graph::TensorId id : node.inputs) add(id);
  for (graph::TensorId id : node.outputs) add(id);
  NodeCall call;
  call.samples = count;
  call.first_sample = first;
  call.inputs = std::span(operands).first(node.inputs.size());
  call.outputs = std::span(operands).subspan(node.inputs.size());
  call.scratch = &scratch;
  scratch.release_all();
  run_forward(node.op, call);
}

// By node: the tensors that nothing after it reads.
std::vector<std::vector<graph::TensorId>> last_reads(const graph::Graph& graph) {
  std::vector<std::int64_t> last(graph.tensors.size(), -1);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (graph::TensorId id : graph.nodes[i].inputs) last[static_cast<std::size_t>(id)] = static_cast<std::int64_t>(i);
    for (graph::TensorId id : graph.nodes[i].outputs) last[static_cast<std::size_t>(id)] = static_cast<std::int64_t>(i);
  }
  std::vector<std::vector<graph::TensorId>> result(graph.nodes.size());
  for (std::size_t id = 0; id < last.size(); ++id) {
    if (last[id] >= 0) result[static_cast<std::size_t>(last[id])].push_back(static_cast<graph::TensorId>(id));
  }
  return result;
}

class Runner final : public graph::FloatRunner {
 public:
  explicit Runner(ThreadPool& pool) : pool_(pool) { fix_eigen_blocking(); }

  void run(const graph::Graph& graph, std::span<const float> inputs, std::int64_t samples,
           const Observer& observe) override {
    run_edited(graph, inputs, samples, [&](graph::TensorId id, std::span<float> values) { observe(id, values); });
  }

  void run_edited(const graph::Graph& graph, std::span<const float> inputs, std::int64_t samples,
                  const Editor& edit) override {
    graph::verify(graph, graph::Stage::kFloat);
    check_inputs(graph, inputs, samples);
    const graph::TensorId input = graph.inputs.front();
    Activations activations(graph.tensors.size());
    activations[static_cast<std::size_t>(input)].assign(inputs.begin(), inputs.end());
    edit(input, activations[static_cast<std::size_t>(input)]);
    const auto finished = last_reads(graph);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      run_node(graph, graph.nodes[i], activations, samples);
      for (graph::TensorId id : graph.nodes[i].outputs) edit(id, activations[static_cast<std::size_t>(id)]);
      for (graph::TensorId id : finished[i]) std::vector<float>().swap(activations[static_cast<std::size_t>(id)]);
    }
  }

 private:
  void run_node(const graph::Graph& graph, const graph::Node& node, Activations& activations, std::int64_t samples) {
    for (graph::TensorId id : node.outputs) {
      activations[static_cast<std::size_t>(id)].resize(static_cast<std::size_t>(samples * graph.tensor(id).elements()));
    }
    pool_.run(group_count(samples), [&](std::int64_t group) {
      Scratch scratch;
      const std::int64_t first = group * kGroup;
      run_samples(graph, node, activations, first, std::min(kGroup, samples - first), scratch);
    });
  }

  ThreadPool& pool_;
};

// One thread's memory for running groups through the whole graph.
class GroupRunner {
 public:
  explicit GroupRunner(const graph::Graph& graph) : graph_(graph), activations_(graph.tensors.size()) {
    make_room(graph.inputs.front());
    for (const graph::Node& node : graph.nodes) {
      for (graph::TensorId id : node.outputs) make_room(id);
    }
  }

  // `outputs` has room for the samples of `inputs`.
  void run(std::span<const float> inputs, std::int64_t count, float* outputs) {
    const auto output = static_cast<std::size_t>(graph_.outputs.front());
    std::copy(inputs.begin(), inputs.end(), activations_[static_cast<std::size_t>(graph_.inputs.front())].begin());
    for (const graph::Node& node : graph_.nodes) run_samples(graph_, node, activations_, 0, count, scratch_);
    std::copy_n(activations_[output].begin(), count * graph_.tensor(graph_.outputs.front()).elements(), outputs);
  }

 private:
  void make_room(graph::TensorId id) {
    activations_[static_cast<std::size_t>(id)].resize(static_cast<std::size_t>(kGroup * graph_.tensor(id).elements()));
  }

  const graph::Graph& graph_;
  Activations activations_;
  Scratch scratch_;
};

bool is_train_graph(const graph::Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const auto& node) { return is_train_only(node.op); });
}

}  // namespace

std::unique_ptr<graph::FloatRunner> make_float_runner(ThreadPool& pool) {
  return std::make_unique<Runner>(pool);
}

std::vector<float> predict(const graph::Graph& graph, std::span<const float> inputs, std::int64_t samples,
                           ThreadPool& pool) {
  fix_eigen_blocking();
  graph::verify(graph, is_train_graph(graph) ? graph::Stage::kTrain : graph::Stage::kFloat);
  check_constants(graph);
  check_inputs(graph, inputs, samples);
  const std::int64_t in = graph.tensor(graph.inputs.front()).elements();
  const std::int64_t out = graph.tensor(graph.outputs.front()).elements();
  std::vector<float> outputs(static_cast<std::size_t>(samples * out));
  const std::int64_t strides = pool.threads();
  pool.run(strides, [&](std::int64_t start) {
    GroupRunner runner(graph);
    for (std::int64_t group = start; group < group_count(samples); group += strides) {
      const std::int64_t first = group * kGroup;
      const std::int64_t count = std::min(kGroup, samples - first);
      const auto part = inputs.subspan(static_cast<std::size_t>(first * in), static_cast<std::size_t>(count * in));
      runner.run(part, count, outputs.data() + first * out);
    }
  });
  return outputs;
}

}  // namespace mote::trainer
