#include "mote/trainer/hint.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/graph/op_functions.h"
#include "mote/trainer/float_runner.h"
#include "mote/trainer/initialize.h"
#include "training_hooks.h"

namespace mote::trainer {
namespace {

using graph::Graph;
using graph::TensorId;

constexpr std::string_view kRegressor = "hint_regressor";

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

// An activation that a node writes.
TensorId find_tensor(const Graph& graph, std::string_view key, const std::string& name) {
  std::vector<std::string> names;
  for (const graph::Node& node : graph.nodes) {
    if (graph.node_name(node) == name) return node.outputs.front();
    names.push_back(graph.node_name(node));
  }
  throw Error(ErrorCode::kNotFound, fmt::format("[distill] {} wanted a layer of '{}', got '{}'{}", key, graph.name,
                                                name, did_you_mean(name, names)));
}

// The teacher up to its hint. Dropout is none where graphs are run for inference.
Graph up_to(const Graph& teacher, TensorId hint) {
  Graph result = teacher;
  result.outputs = {hint};
  const auto last = graph::producer(teacher, hint);
  result.nodes.resize(static_cast<std::size_t>(last) + 1);
  return compact(result);
}

graph::Op regressor_op(const graph::Shape& shape) {
  if (shape.size() == 4) return graph::Conv2d{};
  return graph::Dense{};
}

class Hint final : public TrainingHooks {
 public:
  Hint(const Graph& teacher, const HintSettings& settings, ThreadPool& pool)
      : teacher_(up_to(teacher, find_tensor(teacher, "hint_teacher", settings.teacher))),
        weight_(static_cast<float>(settings.weight)),
        pool_(pool) {}

  void begin(const TrainingPlan& plan, std::span<const float>) override {
    const std::int64_t in = teacher_.tensor(teacher_.inputs.front()).elements();
    const std::int64_t wanted_in = plan.graph.tensor(plan.graph.inputs.front()).elements();
    if (in != wanted_in) {
      fail(
          fmt::format("[distill] wanted a teacher of inputs of {} values, as the student has, got {}: train it on the "
                      "same features",
                      wanted_in, in));
    }
    const std::int64_t hint = teacher_.tensor(teacher_.outputs.front()).elements();
    const bool fits = plan.graph.outputs.size() == 2 && plan.graph.tensor(plan.graph.outputs[1]).elements() == hint;
    if (!fits)
      fail("[distill] wanted a student made by with_hint(), got one without a second output that fits the hint");
  }

  void before_step(Batch& batch) override {
    values_ = predict(teacher_, batch.inputs, batch.samples, pool_);
    batch.hint = {values_, weight_};
  }

 private:
  Graph teacher_;
  float weight_;
  ThreadPool& pool_;
  std::vector<float> values_;
};

}  // namespace

void HintSettings::validate() const {
  if (!is_on()) return;
  if (student.empty() || teacher.empty()) fail("[distill] hint_student and hint_teacher go together, got one of them");
  if (!(weight > 0 && weight <= 1e6)) fail(fmt::format("[distill] hint_weight must be > 0, got {}", weight));
}

Graph with_hint(const Graph& student, const Graph& teacher, const HintSettings& settings, std::uint64_t seed) {
  settings.validate();
  const TensorId from = find_tensor(student, "hint_student", settings.student);
  const TensorId hint = find_tensor(teacher, "hint_teacher", settings.teacher);
  const graph::Shape& own = student.tensor(from).shape;
  const graph::Shape& wanted = teacher.tensor(hint).shape;
  const bool same_places = own.size() == wanted.size() && std::equal(own.begin(), own.end() - 1, wanted.begin());
  if (!same_places || (own.size() != 2 && own.size() != 4)) {
    fail(fmt::format("[distill] hint_student wanted a tensor of the height and width of '{}' {}, got '{}' {}",
                     settings.teacher, graph::to_string(wanted), settings.student, graph::to_string(own)));
  }
  Graph result = student;
  const graph::Op op = regressor_op(own);
  graph::Node node{op, {from}, {}};
  const auto specs =
      std::visit([&](const auto& one) { return weights(one, student.tensor(from), {.filters = wanted.back()}); }, op);
  for (const graph::WeightSpec& spec : specs) {
    node.inputs.push_back(static_cast<TensorId>(result.tensors.size()));
    result.tensors.push_back(
        {std::string(kRegressor) + spec.suffix, graph::DType::kFloat32, spec.shape, {}, true, nullptr});
  }
  node.outputs = {static_cast<TensorId>(result.tensors.size())};
  result.tensors.push_back({std::string(kRegressor), graph::DType::kFloat32, wanted, {}, false, nullptr});
  result.outputs.push_back(node.outputs.front());
  result.nodes.insert(result.nodes.begin() + graph::producer(student, from) + 1, node);
  return initialize(result, seed);
}

Graph without_hint(const Graph& trained) {
  Graph result = trained;
  result.outputs.resize(1);
  std::erase_if(result.nodes, [&](const graph::Node& node) { return trained.node_name(node) == kRegressor; });
  return compact(result);
}

std::shared_ptr<TrainingHooks> make_hint(const Graph& teacher, const HintSettings& settings, ThreadPool& pool) {
  settings.validate();
  return std::make_shared<Hint>(teacher, settings, pool);
}

}  // namespace mote::trainer
