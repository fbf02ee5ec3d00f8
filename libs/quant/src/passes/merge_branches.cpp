#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "mote/graph/channels.h"
#include "mote/quant/fold.h"
#include "rewrite.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::Node;
using graph::Tensor;
using graph::TensorId;

// One axis of a sliding window: tap t of output position p sees input cell p·stride + t·dilation - before.
struct Axis {
  std::int32_t stride = 1, dilation = 1, taps = 1, before = 0;
};

// A convolution of either kind as a branch. Without a node it is the identity.
struct Branch {
  std::int32_t node = -1;
  bool depthwise = true;
  TensorId source = -1;
  std::array<Axis, 2> axes{};
};

template <class Op>
Branch branch_of(const Graph& graph, std::int32_t index, const Op& op, bool depthwise) {
  const Node& node = graph.nodes[static_cast<std::size_t>(index)];
  const graph::Shape& in = graph.tensor(node.inputs[0]).shape;
  const graph::Shape& kernel = graph.tensor(node.inputs[1]).shape;
  const auto before = [&](std::size_t axis, std::int32_t stride, std::int32_t dilation) {
    return graph::window_axis(in[axis], kernel[axis], stride, dilation, op.padding).pad_before;
  };
  return {index,
          depthwise,
          node.inputs[0],
          {{{op.stride_h, op.dilation_h, kernel[1], before(1, op.stride_h, op.dilation_h)},
            {op.stride_w, op.dilation_w, kernel[2], before(2, op.stride_w, op.dilation_w)}}}};
}

// The convolution that writes a tensor which the sum alone reads.
std::optional<Branch> find_branch(const Graph& graph, TensorId tensor) {
  const std::int32_t writer = graph::producer(graph, tensor);
  if (writer < 0 || !only_reader(graph, tensor)) return std::nullopt;
  const graph::Op& op = graph.nodes[static_cast<std::size_t>(writer)].op;
  if (const auto* conv = std::get_if<graph::Conv2d>(&op); conv && conv->activation == graph::Activation::kNone) {
    return branch_of(graph, writer, *conv, false);
  }
  const auto* depthwise = std::get_if<graph::DepthwiseConv2d>(&op);
  if (depthwise == nullptr || depthwise->activation != graph::Activation::kNone) return std::nullopt;
  return branch_of(graph, writer, *depthwise, true);
}

// Where tap `tap` of the narrower axis lies on the wider one.
std::optional<std::int32_t> place(const Axis& wide, const Axis& narrow, std::int32_t tap) {
  const std::int32_t offset = tap * narrow.dilation - narrow.before + wide.before;
  if (offset % wide.dilation != 0) return std::nullopt;
  const std::int32_t result = offset / wide.dilation;
  return result >= 0 && result < wide.taps ? std::optional(result) : std::nullopt;
}

// Whether `other` can become part of `target` at no cost: all its taps lie on taps of `target`, which is no narrower in
// channels either.
bool fits(const Branch& target, const Branch& other) {
  if (target.source != other.source || (target.depthwise && !other.depthwise)) return false;
  for (std::size_t i = 0; i < 2; ++i) {
    if (target.axes[i].stride != other.axes[i].stride) return false;
    for (std::int32_t tap = 0; tap < other.axes[i].taps; ++tap) {
      if (!place(target.axes[i], other.axes[i], tap)) return false;
    }
  }
  return true;
}

const Tensor* input_of(const Graph& graph, const Branch& branch, std::size_t index) {
  if (branch.node < 0) return nullptr;
  const Node& node = graph.nodes[static_cast<std::size_t>(branch.node)];
  return index < node.inputs.size() ? &graph.tensor(node.inputs[index]) : nullptr;
}

// The sum of both branches' weights, laid out as those of `target`. Sums are taken in double.
std::vector<float> merged_weights(const Graph& graph, const Branch& target, const Branch& other) {
  const Tensor& weights = *input_of(graph, target, 1);
  const auto inputs = graph::channel_count(graph.tensor(target.source));
  const std::int32_t outputs = weights.shape[target.depthwise ? 3 : 0];
  const auto own = graph::values<float>(weights);
  std::vector<float> result(own.begin(), own.end());
  const auto add = [&](std::int32_t output, std::int32_t row, std::int32_t column, std::int32_t input, float value) {
    const std::int32_t y = *place(target.axes[0], other.axes[0], row),
                       x = *place(target.axes[1], other.axes[1], column);
    const std::int32_t tap = y * target.axes[1].taps + x;
    const std::int32_t taps = target.axes[0].taps * target.axes[1].taps;
    float& sum = result[static_cast<std::size_t>(target.depthwise ? tap * outputs + output
                                                                  : (output * taps + tap) * inputs + input)];
    sum = static_cast<float>(static_cast<double>(sum) + static_cast<double>(value));
  };
  const Tensor* added = input_of(graph, other, 1);
  for (std::int32_t output = 0; output < outputs && added == nullptr; ++output) add(output, 0, 0, output, 1.0F);
  if (added == nullptr) return result;
  const auto values = graph::values<float>(*added);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto index = static_cast<std::int32_t>(i);
    const std::int32_t last = added->shape[3], rest = index / last;
    const std::int32_t column = rest % added->shape[2], row = rest / added->shape[2] % added->shape[1];
    if (other.depthwise) add(index % last, row, column, index % last / (last / inputs), values[i]);
    if (!other.depthwise) add(rest / added->shape[2] / added->shape[1], row, column, index % last, values[i]);
  }
  return result;
}

std::vector<float> merged_bias(const Graph& graph, const Branch& target, const Branch& other, std::size_t outputs) {
  std::vector<double> sums(outputs, 0.0);
  for (const Branch* branch : {&target, &other}) {
    const Tensor* bias = input_of(graph, *branch, 2);
    for (std::size_t i = 0; bias != nullptr && i < outputs; ++i) {
      sums[i] += static_cast<double>(graph::values<float>(*bias)[i]);
    }
  }
  return {sums.begin(), sums.end()};
}

bool have_values(const Graph& graph, const Branch& branch) {
  for (std::size_t i = 1; i < 3; ++i) {
    const Tensor* constant = input_of(graph, branch, i);
    if (constant != nullptr && !constant->data) return false;
  }
  return true;
}

void merge(Graph& graph, const Branch& target, const Branch& other) {
  Node& layer = graph.nodes[static_cast<std::size_t>(target.node)];
  const std::string name = graph.node_name(layer);
  Tensor weights = graph.tensor(layer.inputs[1]);
  const auto outputs = static_cast<std::size_t>(weights.shape[target.depthwise ? 3 : 0]);
  weights.data = graph::make_buffer<float>(merged_weights(graph, target, other));
  const bool has_bias = input_of(graph, target, 2) != nullptr || input_of(graph, other, 2) != nullptr;
  const std::vector<float> bias = merged_bias(graph, target, other, outputs);
  const auto add_constant = [&](Tensor tensor) {
    graph.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(graph.tensors.size() - 1);
  };
  layer.inputs = {layer.inputs[0], add_constant(std::move(weights))};
  if (!has_bias) return;
  layer.inputs.push_back(add_constant({name + ".bias",
                                       graph::DType::kFloat32,
                                       {static_cast<std::int32_t>(outputs)},
                                       {},
                                       true,
                                       graph::make_buffer<float>(bias)}));
}

// The two branches of a sum, the one that takes the other first.
std::optional<std::array<Branch, 2>> branches_of(const Graph& graph, const Node& sum) {
  const std::optional<Branch> left = find_branch(graph, sum.inputs[0]), right = find_branch(graph, sum.inputs[1]);
  for (const auto& [target, other, tensor] :
       {std::tuple(left, right, sum.inputs[1]), std::tuple(right, left, sum.inputs[0])}) {
    if (!target || !have_values(graph, *target)) continue;
    const bool is_identity = tensor == target->source;
    if (!is_identity && (!other || !have_values(graph, *other))) continue;
    const Branch taken = is_identity ? Branch{-1, true, target->source, {}} : *other;
    if (fits(*target, taken)) return std::array{*target, taken};
  }
  return std::nullopt;
}

// Merges the branches of the sum at `index`; false when it has none.
bool merge_sum(Graph& graph, std::size_t index) {
  const Node sum = graph.nodes[index];
  const auto* op = std::get_if<graph::Binary>(&sum.op);
  if (op == nullptr || op->kind != graph::BinaryKind::kAdd || op->activation != graph::Activation::kNone) return false;
  const auto branches = branches_of(graph, sum);
  if (!branches) return false;
  const auto& [target, other] = *branches;
  merge(graph, target, other);
  redirect(graph, sum.outputs[0], graph.nodes[static_cast<std::size_t>(target.node)].outputs[0]);
  graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(index));
  if (other.node >= 0) graph.nodes.erase(graph.nodes.begin() + other.node);
  return true;
}

}  // namespace

Graph merge_branches(const Graph& graph) {
  Graph result = graph;
  for (std::size_t i = 0; i < result.nodes.size();) {
    i = merge_sum(result, i) ? 0 : i + 1;
  }
  return compact(result);
}

}  // namespace mote::quant
