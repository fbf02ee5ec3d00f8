#include "network.h"

#include <algorithm>

namespace mote::trainer::fused {
namespace {

using graph::TensorId;

// A shape as height, width and channels: what lies before the last two axes counts as height.
struct Extents {
  std::int32_t height = 1, width = 1, channels = 1;
  bool operator==(const Extents&) const = default;
};

Extents extents_of(const graph::Shape& shape) {
  Extents e;
  e.channels = shape.back();
  if (shape.size() > 2) e.width = shape[shape.size() - 2];
  for (std::size_t axis = 1; axis + 2 < shape.size(); ++axis) e.height *= shape[axis];
  return e;
}

Extents extents_of(const Value& value) {
  return {value.height(), value.width(), static_cast<std::int32_t>(value.channels())};
}

// Rows of the input, as long as its last axis, at their places in the padded output.
std::vector<Run> pad_runs(const graph::Pad& op, const graph::Shape& in, const graph::Shape& out) {
  std::vector<Run> runs;
  const std::size_t last = in.size() - 1;
  const std::int64_t length = in[last];
  const std::int64_t rows = graph::element_count(in) / length;
  for (std::int64_t row = 0; row < rows; ++row) {
    std::int64_t place = 0, step = 1, rest = row;
    std::vector<std::int64_t> index(in.size(), 0);
    for (std::size_t axis = last; axis-- > 0; rest /= in[axis]) index[axis] = rest % in[axis];
    for (std::size_t axis = in.size(); axis-- > 0; step *= out[axis]) place += (index[axis] + op.before[axis]) * step;
    runs.push_back({row * length, place, length});
  }
  return runs;
}

// Turns one node after the other into a block, or into a part of the view of the value it reads.
class Builder {
 public:
  Builder(const graph::Graph& graph, const ParameterLayout& layout, const Kernels& kernels,
          const Simulation* simulation)
      : graph_(graph),
        kernels_(kernels),
        simulation_(simulation),
        offsets_(graph.tensors.size(), -1),
        values_of_(graph.tensors.size(), nullptr) {
    for (const auto* slots : {&layout.parameters, &layout.statistics}) {
      for (const ParameterSlot& slot : *slots) offsets_[static_cast<std::size_t>(slot.tensor)] = slot.offset;
    }
  }

  std::optional<Network> build();

 private:
  // Each returns false for what has no block.
  bool add(const graph::Conv2d& op, const graph::Node& node);
  bool add(const graph::DepthwiseConv2d& op, const graph::Node& node);
  bool add(const graph::Dense& op, const graph::Node& node);
  bool add(const graph::BatchNorm& op, const graph::Node& node);
  bool add(const graph::Unary& op, const graph::Node& node);
  bool add(const graph::Dropout& op, const graph::Node& node);
  bool add(const graph::Binary& op, const graph::Node& node);
  bool add(const graph::Pool2d& op, const graph::Node& node);
  bool add(const graph::Reduce& op, const graph::Node& node);
  bool add(const graph::Reshape& op, const graph::Node& node);
  bool add(const graph::Pad& op, const graph::Node& node);
  bool add(const graph::Concat& op, const graph::Node& node);
  bool add(const graph::Softmax& op, const graph::Node& node);
  template <class Other>
  bool add(const Other&, const graph::Node&) {
    return false;
  }

  const graph::Shape& shape(TensorId id) const { return graph_.tensor(id).shape; }
  Value* value_of(TensorId id) const { return values_of_[static_cast<std::size_t>(id)]; }
  std::size_t index_of(const graph::Node& node) const { return static_cast<std::size_t>(&node - graph_.nodes.data()); }
  // The tensor is the value's view as built so far.
  Value* name(TensorId id, Value* value);
  bool is_layer(const graph::Node& node) const { return simulation_ != nullptr && simulation_->is_layer(node); }
  // Place of a constant in the flat arrays; nothing when it has none or is shared by two nodes.
  std::optional<std::int64_t> place(TensorId id) const;
  std::optional<WeightSource> weights_of(const graph::Node& node) const;
  Value* new_value(TensorId id, std::int64_t stride);
  Value* new_input(TensorId id);
  Value* new_output(const graph::Node& node, graph::Activation activation);
  void finish_block(std::unique_ptr<Block> block);
  Value* stored_input(TensorId id);
  Value* copy(TensorId id, const std::vector<std::vector<Run>>& runs, std::vector<Edge> inputs);
  // The value whose view this node becomes part of: the one it reads, or a copy of that one's view.
  Value* open_view(const graph::Node& node, bool taken);
  bool add_hint(TensorId id);
  void name_gradient_steps();

  const graph::Graph& graph_;
  const Kernels& kernels_;
  const Simulation* simulation_;
  Network network_;
  std::vector<std::int64_t> offsets_;  // by tensor
  std::vector<Value*> values_of_;      // by tensor: whose view, as built so far, is the tensor
};

std::optional<std::int64_t> Builder::place(TensorId id) const {
  const std::int64_t offset = offsets_[static_cast<std::size_t>(id)];
  if (offset < 0 || graph::consumers(graph_, id).size() != 1) return std::nullopt;
  return offset;
}

Value* Builder::name(TensorId id, Value* value) {
  value->tensor = id;
  if (simulation_ != nullptr) {
    value->grid = simulation_->is_rounded(id) ? &simulation_->activation(id) : nullptr;
    const bool is_first = value_of(id) == nullptr;
    if (is_first && simulation_->is_site(id)) value->sites.push_back(id);
  }
  return values_of_[static_cast<std::size_t>(id)] = value;
}

std::optional<WeightSource> Builder::weights_of(const graph::Node& node) const {
  const auto weights = place(node.inputs[1]);
  if (!weights) return std::nullopt;
  WeightSource source{*weights, std::nullopt, nullptr};
  if (simulation_ != nullptr) source.grid = &simulation_->weights(index_of(node));
  if (node.inputs.size() < 3) return source;
  source.bias = place(node.inputs[2]);
  return source.bias ? std::optional(source) : std::nullopt;
}

Value* Builder::new_value(TensorId id, std::int64_t stride) {
  const Extents e = extents_of(shape(id));
  network_.values.push_back(std::make_unique<Value>(e.height, e.width, e.channels, stride));
  return name(id, network_.values.back().get());
}

Value* Builder::new_input(TensorId id) {
  Value* value = new_value(id, shape(id).back());
  value->is_input = true;
  return value;
}

Value* Builder::new_output(const graph::Node& node, graph::Activation activation) {
  const TensorId id = node.outputs.front();
  Value* value = new_value(id, padded_channels(kernels_, shape(id).back()));
  value->set_activation(activation);
  return value;
}

void Builder::finish_block(std::unique_ptr<Block> block) {
  Value* output = block->output();
  for (const Edge& edge : block->inputs()) output->needs_gradient |= edge.value->needs_gradient;
  output->needs_gradient |= block->trains();
  network_.blocks.push_back(std::move(block));
}

Value* Builder::copy(TensorId id, const std::vector<std::vector<Run>>& runs, std::vector<Edge> inputs) {
  Value* output = new_value(id, padded_channels(kernels_, shape(id).back()));
  finish_block(make_rearrangement(runs, std::move(inputs), output));
  return output;
}

// The value behind a tensor, with its channels padded: the graph's input is copied on its first use.
Value* Builder::stored_input(TensorId id) {
  Value* value = value_of(id);
  if (!value->is_input) return value;
  return copy(id, {{{0, 0, graph_.tensor(id).elements()}}}, {{value}});
}

Value* Builder::open_view(const graph::Node& node, bool taken) {
  const TensorId from = node.inputs.front(), to = node.outputs.front();
  Value* value = value_of(from);
  if (value->is_input || taken || graph::consumers(graph_, from).size() != 1) {
    return copy(to, {{{0, 0, graph_.tensor(from).elements()}}}, {{value}});
  }
  return name(to, value);
}

bool Builder::add(const graph::Conv2d& op, const graph::Node& node) {
  const auto source = weights_of(node);
  if (!source) return false;
  const graph::Shape& kernel = shape(node.inputs[1]);
  Value* input = value_of(node.inputs.front());
  Value* output = new_output(node, op.activation);
  output->bias = source->bias;
  output->products = source->grid;
  const Window window = make_window(op, shape(node.inputs.front()), kernel[1], kernel[2]);
  finish_block(make_convolution(window, *source, {input}, output));
  return true;
}

bool Builder::add(const graph::DepthwiseConv2d& op, const graph::Node& node) {
  const auto source = weights_of(node);
  if (!source) return false;
  const graph::Shape& kernel = shape(node.inputs[1]);
  Value* input = stored_input(node.inputs.front());
  Value* output = new_output(node, op.activation);
  output->bias = source->bias;
  output->products = source->grid;
  const Window window = make_window(op, shape(node.inputs.front()), kernel[1], kernel[2]);
  finish_block(make_depthwise(window, *source, {input}, output));
  return true;
}

bool Builder::add(const graph::Dense& op, const graph::Node& node) {
  const auto source = weights_of(node);
  if (!source) return false;
  Value* input = value_of(node.inputs.front());
  Value* output = new_output(node, op.activation);
  output->bias = source->bias;
  output->products = source->grid;
  Window window;
  window.in_h = window.kernel_h = window.stride_h = input->height();
  window.in_w = window.kernel_w = window.stride_w = input->width();
  window.out_h = window.out_w = 1;
  finish_block(make_convolution(window, *source, {input}, output));
  return true;
}

bool Builder::add(const graph::BatchNorm& op, const graph::Node& node) {
  std::vector<std::int64_t> places;
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    const auto found = place(node.inputs[i]);
    if (!found) return false;
    places.push_back(*found);
  }
  const Value* before = value_of(node.inputs.front());
  Value* value = open_view(node, before->norm || before->has_activation() || before->dropout || is_layer(node));
  value->norm = NormSource{places[0], places[1], places[2], places[3], op.epsilon, op.momentum};
  value->needs_gradient = true;
  return true;
}

bool Builder::add(const graph::Unary& op, const graph::Node& node) {
  if (op.kind != graph::UnaryKind::kRelu && op.kind != graph::UnaryKind::kRelu6) return false;
  const Value* before = value_of(node.inputs.front());
  Value* value = open_view(node, before->has_activation() || before->dropout || is_layer(node));
  value->set_activation(op.kind == graph::UnaryKind::kRelu6 ? graph::Activation::kRelu6 : graph::Activation::kRelu);
  return true;
}

bool Builder::add(const graph::Dropout& op, const graph::Node& node) {
  Value* value = open_view(node, value_of(node.inputs.front())->dropout.has_value());
  value->dropout = DropoutSource{op.rate, index_of(node)};
  return true;
}

bool Builder::add(const graph::Binary& op, const graph::Node& node) {
  if (op.kind != graph::BinaryKind::kAdd) return false;
  Value* left = stored_input(node.inputs[0]);
  Value* right = stored_input(node.inputs[1]);
  const AdditionRounding* rounding = simulation_ == nullptr ? nullptr : &simulation_->addition(index_of(node));
  finish_block(make_add({left}, {right}, new_output(node, op.activation), rounding));
  return true;
}

bool Builder::add(const graph::Pool2d& op, const graph::Node& node) {
  Value* input = stored_input(node.inputs.front());
  const Window window = make_window(op, shape(node.inputs.front()), op.kernel_h, op.kernel_w);
  Value* output = new_output(node, op.activation);
  finish_block(op.kind == graph::PoolKind::kAverage ? make_average_pool(window, {input}, output, {input->grid, nullptr})
                                                    : make_max_pool(window, {input}, output));
  return true;
}

// The mean over height and width is an average pool.
bool Builder::add(const graph::Reduce& op, const graph::Node& node) {
  const graph::Shape& in = shape(node.inputs.front());
  if (op.kind != graph::ReduceKind::kMean || in.size() != 4 || op.axes != std::vector<std::int32_t>{1, 2}) return false;
  Value* input = stored_input(node.inputs.front());
  Window window;
  window.in_h = window.kernel_h = in[1];
  window.in_w = window.kernel_w = in[2];
  window.out_h = window.out_w = 1;
  MeanRounding rounding;
  if (simulation_ != nullptr) rounding.rounding = &simulation_->mean(index_of(node));
  finish_block(make_average_pool(window, {input}, new_output(node, graph::Activation::kNone), rounding));
  return true;
}

bool Builder::add(const graph::Reshape&, const graph::Node& node) {
  const TensorId from = node.inputs.front(), to = node.outputs.front();
  Value* input = value_of(from);
  if (extents_of(*input) == extents_of(shape(to))) {
    name(to, input);
    return graph::consumers(graph_, from).size() == 1;
  }
  if (input->is_input) {
    new_input(to);
    return true;
  }
  copy(to, {{{0, 0, graph_.tensor(from).elements()}}}, {{input}});
  return true;
}

bool Builder::add(const graph::Pad& op, const graph::Node& node) {
  const TensorId from = node.inputs.front(), to = node.outputs.front();
  copy(to, {pad_runs(op, shape(from), shape(to))}, {{value_of(from)}});
  return true;
}

bool Builder::add(const graph::Concat& op, const graph::Node& node) {
  const auto axis = static_cast<std::size_t>(op.axis);
  std::vector<std::vector<Run>> runs;
  std::vector<Edge> inputs;
  const graph::Shape& out = shape(node.outputs.front());
  const auto tail = [&](const graph::Shape& s) { return graph::element_count({s.begin() + op.axis, s.end()}); };
  const std::int64_t outer = graph::element_count({out.begin(), out.begin() + static_cast<std::ptrdiff_t>(axis)});
  std::int64_t before = 0;
  for (TensorId id : node.inputs) {
    if (value_of(id) == nullptr) return false;
    const std::int64_t length = tail(shape(id));
    auto& list = runs.emplace_back();
    for (std::int64_t i = 0; i < outer; ++i) list.push_back({i * length, i * tail(out) + before, length});
    before += length;
    inputs.push_back({value_of(id)});
  }
  copy(node.outputs.front(), runs, std::move(inputs));
  return true;
}

bool Builder::add(const graph::Softmax& op, const graph::Node& node) {
  const bool is_last = &node == &graph_.nodes.back() && node.outputs.front() == graph_.outputs.front();
  Value* logits = stored_input(node.inputs.front());
  if (!is_last || logits->positions() != 1) return false;
  auto loss = make_loss(op.beta, {logits});
  network_.loss = loss.get();
  network_.output_floats = logits->channels();
  network_.blocks.push_back(std::move(loss));
  return true;
}

// A hint that other layers read too would need its view as it is: the reference program takes such graphs.
bool Builder::add_hint(TensorId id) {
  Value* value = value_of(id);
  if (value->is_input || !graph::consumers(graph_, id).empty() || !value->needs_gradient) return false;
  auto loss = make_hint_loss({value});
  network_.hint = loss.get();
  network_.blocks.push_back(std::move(loss));
  return true;
}

// Backward passes meet the readers of a value in reverse order: the first stores, the last completes.
void Builder::name_gradient_steps() {
  for (const auto& value : network_.values) {
    std::vector<Edge*> readers;
    for (auto block = network_.blocks.rbegin(); block != network_.blocks.rend(); ++block) {
      for (Edge& edge : (*block)->inputs()) {
        if (edge.value == value.get()) readers.push_back(&edge);
      }
    }
    for (Edge* edge : readers) edge->finish = edge == readers.front() ? Finish::kStore : Finish::kAdd;
    if (readers.empty()) continue;
    readers.back()->finish = readers.size() == 1 ? Finish::kGradient : Finish::kAddGradient;
  }
}

std::optional<Network> Builder::build() {
  if (graph_.inputs.size() != 1 || graph_.outputs.size() > 2 || graph_.nodes.empty()) return std::nullopt;
  new_input(graph_.inputs.front());
  network_.input_floats = graph_.tensor(graph_.inputs.front()).elements();
  for (const graph::Node& node : graph_.nodes) {
    const bool reads_values = value_of(node.inputs.front()) != nullptr && node.outputs.size() == 1;
    if (!reads_values || !std::visit([&](const auto& op) { return add(op, node); }, node.op)) return std::nullopt;
    const TensorId output = node.outputs.front();
    const bool is_output = std::find(graph_.outputs.begin(), graph_.outputs.end(), output) != graph_.outputs.end();
    if (graph::consumers(graph_, output).empty() && !is_output) return std::nullopt;
  }
  if (network_.loss == nullptr || !network_.loss->inputs().front().value->needs_gradient) return std::nullopt;
  if (graph_.outputs.size() > 1 && !add_hint(graph_.outputs[1])) return std::nullopt;
  name_gradient_steps();
  for (const auto& value : network_.values) {
    value->learns_step = simulation_ != nullptr && simulation_->learns() && value->grid && value->needs_gradient;
  }
  return std::move(network_);
}

}  // namespace

std::optional<Network> build_network(const graph::Graph& graph, const ParameterLayout& layout, const Kernels& kernels,
                                     const Simulation* simulation) {
  return Builder(graph, layout, kernels, simulation).build();
}

}  // namespace mote::trainer::fused
