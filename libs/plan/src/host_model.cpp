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

// The tensors of the executor's table: those of the graph by their numbers, then the rows that strips have of them.
class TensorNumbers {
 public:
  explicit TensorNumbers(const Plan& plan) : plan_(plan), numbers_(plan.placements.size(), -1) {
    add_graph();
    for (std::size_t i = 0; i < plan.placements.size(); ++i) {
      const Placement& place = plan.placements[i];
      if (place.strip < 0) {
        numbers_[i] = place.tensor;
      } else if (numbers_[i] < 0) {
        add_rows(i);
      }
    }
  }

  // Of a place.
  graph::TensorId operator[](std::int32_t place) const { return numbers_[static_cast<std::size_t>(place)]; }
  std::vector<mote_tensor> take() { return std::move(tensors_); }

 private:
  // An activation that never is whole stands for its rows of the first strip.
  void add_graph() {
    for (std::size_t i = 0; i < plan_.graph.tensors.size(); ++i) {
      const auto id = static_cast<graph::TensorId>(i);
      const graph::Tensor& tensor = plan_.graph.tensors[i];
      const auto& skipped = plan_.strips.skipped;
      if (tensor.constant) {
        tensors_.push_back(runtime_tensor(tensor, 0));
      } else if (std::find(skipped.begin(), skipped.end(), id) == skipped.end()) {
        tensors_.push_back(runtime_tensor(tensor, plan_.placement(id).offset_bytes));
      } else {
        const std::size_t rows = rows_of_first_strip(id);
        numbers_[rows] = id;
        tensors_.push_back(runtime_rows(plan_.placements[rows]));
      }
    }
  }

  std::size_t rows_of_first_strip(graph::TensorId id) const {
    const auto found = std::find_if(plan_.placements.begin(), plan_.placements.end(),
                                    [&](const Placement& place) { return place.strip == 0 && place.tensor == id; });
    return static_cast<std::size_t>(found - plan_.placements.begin());
  }

  const graph::Graph& graph_of(const Placement& place) const {
    const Strip& strip = plan_.strips.strips[static_cast<std::size_t>(place.strip)];
    return plan_.strips.graphs[static_cast<std::size_t>(strip.graph)].graph;
  }

  mote_tensor runtime_rows(const Placement& place) const {
    return runtime_tensor(graph_of(place).tensor(place.tensor), place.offset_bytes);
  }

  // Strips of the same shape have their rows at the same places.
  void add_rows(std::size_t index) {
    const Placement& place = plan_.placements[index];
    for (std::size_t i = 0; i < index; ++i) {
      const Placement& other = plan_.placements[i];
      const bool is_same = other.strip >= 0 && other.tensor == place.tensor &&
                           other.offset_bytes == place.offset_bytes && other.size_bytes == place.size_bytes;
      if (is_same) numbers_[index] = numbers_[i];
    }
    if (numbers_[index] >= 0) return;
    numbers_[index] = static_cast<graph::TensorId>(tensors_.size());
    tensors_.push_back(runtime_rows(place));
  }

  const Plan& plan_;
  std::vector<graph::TensorId> numbers_;  // by place
  std::vector<mote_tensor> tensors_;
};

mote_step runtime_step(const Plan& plan, const Step& step, const TensorNumbers& numbers) {
  std::vector<graph::TensorId> inputs;
  std::vector<graph::TensorId> outputs;
  std::size_t read = 0;
  for (graph::TensorId id : plan.graph.nodes[static_cast<std::size_t>(step.node)].inputs)
    inputs.push_back(plan.graph.tensor(id).constant ? id : numbers[step.reads[read++]]);
  for (std::int32_t place : step.writes) outputs.push_back(numbers[place]);
  mote_step result{};
  result.op = step.call.op;
  result.params = step.call.parameters.get();
  copy_ids(inputs, result.inputs, "inputs of a layer");
  result.input_count = step.call.operands;
  result.output_count = copy_ids(outputs, result.outputs, "outputs of a layer");
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
  const auto tensors = static_cast<std::int32_t>(plan.graph.tensors.size());
  if (executor.failed_tensor >= tensors) return fmt::format("tensor {}: ", executor.failed_tensor);
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
  TensorNumbers numbers(kept);
  for (const Step& step : kept.steps) tables_->steps.push_back(runtime_step(kept, step, numbers));
  tables_->tensors = numbers.take();
  if (tables_->tensors.size() > std::numeric_limits<std::int16_t>::max())
    fail(ErrorCode::kUnsupported, "too many tensors");
  for (const Step& step : kept.steps) {
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
