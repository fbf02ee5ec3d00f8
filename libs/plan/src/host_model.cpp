#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "host_tables.h"
#include "mote/base/error.h"

namespace mote::plan {
namespace {

[[noreturn]] void fail(ErrorCode code, const std::string& message) {
  throw Error(code, "[host model] " + message);
}

mote_type runtime_type(graph::DType type) {
  switch (type) {
    case graph::DType::kInt8:
      return MOTE_TYPE_S8;
    case graph::DType::kInt16:
      return MOTE_TYPE_S16;
    case graph::DType::kInt32:
      return MOTE_TYPE_S32;
    case graph::DType::kFloat32:
      return MOTE_TYPE_F32;
    case graph::DType::kInt64:
      return MOTE_TYPE_S64;
    case graph::DType::kInt4:
    case graph::DType::kTernary:
    case graph::DType::kBinary:
      return MOTE_TYPE_U8;
  }
  return MOTE_TYPE_F32;
}

mote_tensor runtime_tensor(const graph::Tensor& tensor, std::int64_t offset_bytes) {
  if (tensor.shape.size() > MOTE_MAX_RANK) {
    fail(ErrorCode::kUnsupported, fmt::format("tensor '{}': wanted rank <= {}, got {}", tensor.name,
                                              static_cast<int>(MOTE_MAX_RANK), graph::to_string(tensor.shape)));
  }
  mote_tensor result{};
  result.type = static_cast<std::uint8_t>(runtime_type(tensor.type));
  result.rank = static_cast<std::uint8_t>(std::max<std::size_t>(tensor.shape.size(), 1));
  result.dims[0] = 1;  // a scalar is a vector of one
  std::copy(tensor.shape.begin(), tensor.shape.end(), result.dims);
  const bool quantized =
      (is_weight_type(tensor.type) || tensor.type == graph::DType::kInt16) && tensor.quant.scales.size() == 1;
  if (quantized) {
    result.scale = tensor.quant.scales[0];
    result.zero_point = static_cast<std::int16_t>(tensor.quant.zero_points[0]);
  }
  result.data = tensor.constant ? tensor.data->data() : nullptr;
  result.offset = static_cast<std::uint32_t>(offset_bytes);
  result.bytes = static_cast<std::uint32_t>(tensor.bytes());
  return result;
}

// The weights of a step whose kernel decodes them. The scale stays: it tells one factor from many.
void set_coded(const CodedWeights& coded, mote_tensor& tensor) {
  const auto bytes = static_cast<std::int32_t>(coded.bytes.size());
  const bool taken = tensor.type == MOTE_TYPE_U8 && tensor.rank == 1 && tensor.data != coded.bytes.data() &&
                     tensor.bytes != static_cast<std::uint32_t>(bytes);
  if (taken) fail(ErrorCode::kUnsupported, "layers that store the weights they share in different ways");
  tensor.type = MOTE_TYPE_U8;
  tensor.rank = 1;
  std::fill(std::begin(tensor.dims), std::end(tensor.dims), 0);
  tensor.dims[0] = bytes;
  tensor.data = coded.bytes.data();
  tensor.bytes = static_cast<std::uint32_t>(bytes);
}

// Tensor numbers into a fixed array of the runtime; what the list lacks is marked absent.
template <std::size_t kMost>
std::int32_t copy_ids(const std::vector<graph::TensorId>& ids, std::int16_t (&target)[kMost], const char* what) {
  if (ids.size() > kMost)
    fail(ErrorCode::kUnsupported, fmt::format("wanted at most {} {}, got {}", kMost, what, ids.size()));
  std::fill(std::begin(target), std::end(target), static_cast<std::int16_t>(MOTE_NO_TENSOR));
  std::transform(ids.begin(), ids.end(), std::begin(target),
                 [](graph::TensorId id) { return static_cast<std::int16_t>(id); });
  return static_cast<std::int32_t>(ids.size());
}

mote_step runtime_step(const Plan& plan, const Step& step) {
  const graph::Node& node = plan.graph.nodes[static_cast<std::size_t>(step.node)];
  mote_step result{};
  result.op = step.call.op;
  result.params = step.call.parameters.get();
  copy_ids(node.inputs, result.inputs, "inputs of a layer");
  result.input_count = step.call.operands;
  result.output_count = copy_ids(node.outputs, result.outputs, "outputs of a layer");
  result.scratch_offset = static_cast<std::uint32_t>(step.scratch_offset_bytes);
  result.scratch_bytes = static_cast<std::uint32_t>(step.scratch_bytes);
  return result;
}

std::int64_t bytes_of(const graph::Graph& graph, const std::vector<graph::TensorId>& ids) {
  std::int64_t sum = 0;
  for (graph::TensorId id : ids) sum += graph.tensor(id).bytes();
  return sum;
}

std::string place_of_failure(const Plan& plan, const mote_executor& executor) {
  if (executor.failed_step >= 0) {
    const Step& step = plan.steps[static_cast<std::size_t>(executor.failed_step)];
    return fmt::format("layer {} '{}': ", executor.failed_step,
                       plan.graph.node_name(plan.graph.nodes[static_cast<std::size_t>(step.node)]));
  }
  if (executor.failed_tensor < 0) return "";
  return fmt::format("tensor '{}': ", plan.graph.tensor(executor.failed_tensor).name);
}

void require_portable(const Plan& plan) {
  for (const Step& step : plan.steps) {
    if (step.is_portable()) continue;
    const std::string layer =
        step.is_layout_change()
            ? "a change of layout"
            : fmt::format("layer '{}'", plan.graph.node_name(plan.graph.nodes[static_cast<std::size_t>(step.node)]));
    fail(ErrorCode::kInvalid, fmt::format("wanted the runtime's kernels only, got '{}' for {}: plan without "
                                          "PlanOptions::kernels for a run on this machine",
                                          step.option.name, layer));
  }
}

}  // namespace

HostModel::HostModel(Plan plan) : tables_(std::make_unique<Tables>()) {
  require_portable(plan);
  tables_->plan = std::move(plan);
  const Plan& kept = tables_->plan;
  const graph::Graph& graph = kept.graph;
  if (graph.tensors.size() > std::numeric_limits<std::int16_t>::max())
    fail(ErrorCode::kUnsupported, "too many tensors");
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    const graph::Tensor& tensor = graph.tensors[i];
    const auto id = static_cast<graph::TensorId>(i);
    tables_->tensors.push_back(runtime_tensor(tensor, tensor.constant ? 0 : kept.placement(id).offset_bytes));
  }
  for (const Step& step : kept.steps) {
    tables_->steps.push_back(runtime_step(kept, step));
    if (!step.call.coded) continue;
    const graph::TensorId weights = graph.nodes[static_cast<std::size_t>(step.node)].inputs[1];
    set_coded(*step.call.coded, tables_->tensors[static_cast<std::size_t>(weights)]);
  }
  mote_model& model = tables_->model;
  model.tensor_count = static_cast<std::int32_t>(tables_->tensors.size());
  model.step_count = static_cast<std::int32_t>(tables_->steps.size());
  model.seal = MOTE_MODEL_SEAL(model.tensor_count, model.step_count);
  model.version = MOTE_MODEL_VERSION;
  model.tensors = tables_->tensors.data();
  model.steps = tables_->steps.data();
  model.input_count = copy_ids(graph.inputs, model.inputs, "inputs of the model");
  model.output_count = copy_ids(graph.outputs, model.outputs, "outputs of the model");
  model.arena_bytes = static_cast<std::uint32_t>(kept.arena_bytes);
  check();
}

HostModel::~HostModel() = default;

// What the device's mote_init refuses must not leave the desktop.
void HostModel::check() const {
  std::vector<std::uint8_t> arena(static_cast<std::size_t>(tables_->model.arena_bytes) + kArenaAlignmentBytes);
  mote_executor executor{};
  void* start = arena.data();
  std::size_t space = arena.size();
  std::align(kArenaAlignmentBytes, tables_->model.arena_bytes, start, space);
  const mote_status status = mote_init(&executor, &tables_->model, start, tables_->model.arena_bytes);
  if (status == MOTE_OK) return;
  fail(ErrorCode::kInvalid, place_of_failure(tables_->plan, executor) + mote_status_text(status));
}

const Plan& HostModel::plan() const {
  return tables_->plan;
}

std::int64_t HostModel::input_bytes() const {
  return bytes_of(plan().graph, plan().graph.inputs);
}

std::int64_t HostModel::output_bytes() const {
  return bytes_of(plan().graph, plan().graph.outputs);
}

const graph::Tensor& HostModel::input_tensor() const {
  return plan().graph.tensor(plan().graph.inputs.front());
}

const graph::Tensor& HostModel::output_tensor() const {
  return plan().graph.tensor(plan().graph.outputs.front());
}

const graph::Quant& HostModel::input_quant() const {
  return input_tensor().quant;
}

const graph::Quant& HostModel::output_quant() const {
  return output_tensor().quant;
}

const mote_model& HostModel::tables() const {
  return tables_->model;
}

}  // namespace mote::plan
