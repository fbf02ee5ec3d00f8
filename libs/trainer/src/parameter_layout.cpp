#include "parameter_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"

namespace mote::trainer {
namespace {

std::vector<ParameterUse> parameters_of(const graph::Graph& graph, const graph::Node& node) {
  std::vector<const graph::Tensor*> inputs;
  for (graph::TensorId id : node.inputs) inputs.push_back(&graph.tensor(id));
  return std::visit(
      [&](const auto& op) -> std::vector<ParameterUse> {
        if constexpr (requires { parameters(op, std::span<const graph::Tensor* const>(inputs)); }) {
          return parameters(op, inputs);
        }
        return {};
      },
      node.op);
}

}  // namespace

std::vector<NodeParameter> node_parameters(const graph::Graph& graph) {
  std::vector<NodeParameter> found;
  std::vector<bool> seen(graph.tensors.size(), false);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const ParameterUse& use : parameters_of(graph, graph.nodes[i])) {
      const graph::TensorId id = graph.nodes[i].inputs[use.input];
      if (!graph.tensor(id).constant || seen[static_cast<std::size_t>(id)]) continue;
      seen[static_cast<std::size_t>(id)] = true;
      found.push_back({id, use, i});
    }
  }
  return found;
}

ParameterLayout lay_out_parameters(const graph::Graph& graph) {
  std::vector<NodeParameter> found = node_parameters(graph);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.tensor < b.tensor; });
  ParameterLayout layout;
  for (const NodeParameter& entry : found) {
    auto& slots = entry.use.kind == ParameterKind::kStatistic ? layout.statistics : layout.parameters;
    const bool decays = entry.use.kind == ParameterKind::kWeight;
    slots.push_back({entry.tensor, total_count(slots), graph.tensor(entry.tensor).elements(), decays});
  }
  return layout;
}

std::int64_t total_count(const std::vector<ParameterSlot>& slots) {
  return slots.empty() ? 0 : slots.back().offset + slots.back().count;
}

void read_constants(const graph::Graph& graph, const std::vector<ParameterSlot>& slots, std::span<float> flat) {
  for (const ParameterSlot& slot : slots) {
    const graph::Tensor& tensor = graph.tensor(slot.tensor);
    if (!tensor.data) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("[train] weight '{}' has no values: initialize() first", tensor.name));
    }
    const auto from = graph::values<float>(tensor);
    std::copy(from.begin(), from.end(), flat.begin() + slot.offset);
  }
}

void write_constants(graph::Graph& graph, const std::vector<ParameterSlot>& slots, std::span<const float> flat) {
  for (const ParameterSlot& slot : slots) {
    const auto part = flat.subspan(static_cast<std::size_t>(slot.offset), static_cast<std::size_t>(slot.count));
    graph.tensor(slot.tensor).data = graph::make_buffer<float>(part);
  }
}

}  // namespace mote::trainer
