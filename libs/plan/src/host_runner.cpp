#include "mote/plan/host_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstring>

#include "host_tables.h"
#include "mote/base/error.h"

namespace mote::plan {
namespace {

[[noreturn]] void wrong_size(const char* what, std::int64_t wanted, std::size_t got) {
  throw Error(ErrorCode::kInvalid, fmt::format("[host run] wanted {} bytes of {}, got {}", wanted, what, got));
}

struct Watch {
  const Plan* plan;
  const HostRunner::Observer* observe;
};

void show_step(void* user, const mote_executor* executor, std::int32_t step) {
  const auto& watch = *static_cast<const Watch*>(user);
  const std::vector<graph::TensorId>& tensors = watch.plan->steps[static_cast<std::size_t>(step)].completes;
  for (graph::TensorId id : tensors) {
    const mote_tensor& tensor = executor->model->tensors[id];
    const auto* values = static_cast<const std::int8_t*>(mote_tensor_data(executor, &tensor));
    (*watch.observe)(id, {values, tensor.bytes});
  }
}

void fill_inputs(const mote_executor& executor, std::span<const std::int8_t> input) {
  const std::int8_t* source = input.data();
  for (std::int32_t i = 0; i < executor.model->input_count; ++i) {
    const std::uint32_t bytes = mote_input_tensor(&executor, i)->bytes;
    std::memcpy(mote_input(&executor, i), source, bytes);
    source += bytes;
  }
}

// Appends every node's outputs in the order of the graph, which steps may not follow.
void record_layers(HostRunner& runner, std::span<const std::int8_t> input, std::vector<std::int8_t>& layers) {
  const graph::Graph& graph = runner.model().plan().graph;
  std::vector<std::vector<std::int8_t>> by_tensor(graph.tensors.size());
  runner.run(input, [&](graph::TensorId tensor, std::span<const std::int8_t> values) {
    by_tensor[static_cast<std::size_t>(tensor)].assign(values.begin(), values.end());
  });
  for (const graph::Node& node : graph.nodes) {
    for (graph::TensorId id : node.outputs) {
      const std::vector<std::int8_t>& values = by_tensor[static_cast<std::size_t>(id)];
      layers.insert(layers.end(), values.begin(), values.end());
    }
  }
}

}  // namespace

HostRunner::Arena::Arena(const mote_model& model)
    : bytes(static_cast<std::size_t>(model.arena_bytes) + kArenaAlignmentBytes) {
  void* start = bytes.data();
  std::size_t space = bytes.size();
  std::align(kArenaAlignmentBytes, model.arena_bytes, start, space);
  [[maybe_unused]] const mote_status status = mote_init(&executor, &model, start, model.arena_bytes);
  assert(status == MOTE_OK);  // HostModel has tried it
}

HostRunner::HostRunner(const graph::Graph& graph) : HostRunner(std::make_shared<const HostModel>(make_plan(graph))) {}

HostRunner::HostRunner(std::shared_ptr<const HostModel> model)
    : model_(std::move(model)), arena_(std::make_unique<Arena>(model_->tables_->model)) {}

HostRunner::HostRunner(const HostRunner& other) : HostRunner(other.model_) {}

HostRunner& HostRunner::operator=(const HostRunner& other) {
  if (this != &other) *this = HostRunner(other);
  return *this;
}

HostRunner::HostRunner(HostRunner&&) noexcept = default;
HostRunner& HostRunner::operator=(HostRunner&&) noexcept = default;
HostRunner::~HostRunner() = default;

void HostRunner::run(std::span<const std::int8_t> input, std::span<std::int8_t> output) {
  if (static_cast<std::int64_t>(input.size()) != model_->input_bytes())
    wrong_size("input", model_->input_bytes(), input.size());
  if (static_cast<std::int64_t>(output.size()) != model_->output_bytes())
    wrong_size("output", model_->output_bytes(), output.size());
  const mote_executor& executor = arena_->executor;
  fill_inputs(executor, input);
  mote_invoke(&executor);
  std::int8_t* target = output.data();
  for (std::int32_t i = 0; i < executor.model->output_count; ++i) {
    const std::uint32_t bytes = mote_output_tensor(&executor, i)->bytes;
    std::memcpy(target, mote_output(&executor, i), bytes);
    target += bytes;
  }
}

void HostRunner::run(std::span<const std::int8_t> input, const Observer& observe) {
  if (static_cast<std::int64_t>(input.size()) != model_->input_bytes())
    wrong_size("input", model_->input_bytes(), input.size());
  fill_inputs(arena_->executor, input);
  Watch watch{&model_->plan(), &observe};
  mote_invoke_observed(&arena_->executor, show_step, &watch);
}

Invocation invoke(const HostModel& model, std::span<const std::int8_t> inputs, Layers layers) {
  const auto record = static_cast<std::size_t>(model.input_bytes());
  if (inputs.empty() || inputs.size() % record != 0) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[invoke] wanted whole records of {} bytes, got {} bytes", record, inputs.size()));
  }
  // The runner borrows the model for the length of this call.
  HostRunner runner(std::shared_ptr<const HostModel>(std::shared_ptr<const HostModel>(), &model));
  Invocation result;
  std::vector<std::int8_t> output(static_cast<std::size_t>(model.output_bytes()));
  for (std::size_t at = 0; at < inputs.size(); at += record) {
    const auto input = inputs.subspan(at, record);
    runner.run(input, output);
    result.outputs.insert(result.outputs.end(), output.begin(), output.end());
    if (layers == Layers::kRecord) record_layers(runner, input, result.layers);
  }
  return result;
}

}  // namespace mote::plan
