#include "offers.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"
#include "portable_option.h"

namespace mote::plan {
namespace {

[[noreturn]] void refuse(const KernelOption& option, const std::string& message) {
  throw Error(ErrorCode::kInvalid, fmt::format("[plan] kernel '{}': {}", option.name, message));
}

void check_layout(const PlanOptions& options, const KernelOption& option, const graph::Tensor& tensor, Layout layout) {
  if (layout == Layout::kNhwc) return;
  if (!options.layout_change) refuse(option, "wanted PlanOptions::layout_change for an operand in planes, got none");
  if (tensor.type == graph::DType::kInt8) return;
  refuse(option, fmt::format("wanted int8 in planes, got {} '{}'", to_string(tensor.type), tensor.name));
}

void check_overlaps(const graph::Graph& graph, const graph::Node& node, const KernelOption& option) {
  for (const Overlap& overlap : option.overlaps) {
    const bool exists = overlap.input >= 0 && static_cast<std::size_t>(overlap.input) < node.inputs.size();
    if (!exists || graph.tensor(node.inputs[static_cast<std::size_t>(overlap.input)]).constant)
      refuse(option, fmt::format("wanted an overlap with an activation of the layer, got input {}", overlap.input));
    if (overlap.multiple_bytes < 1)
      refuse(option, fmt::format("wanted overlaps at multiples of 1 byte or more, got {}", overlap.multiple_bytes));
  }
}

void check_option(const graph::Graph& graph, std::size_t index, const PlanOptions& options,
                  const KernelOption& option) {
  const graph::Node& node = graph.nodes[index];
  const std::vector<graph::TensorId> reads = reads_of(graph, index, options);
  if (option.inputs.size() != reads.size())
    refuse(option, fmt::format("wanted layouts of {} inputs, got {}", reads.size(), option.inputs.size()));
  for (std::size_t i = 0; i < reads.size(); ++i)
    check_layout(options, option, graph.tensor(reads[i]), option.inputs[i]);
  for (graph::TensorId id : node.outputs) check_layout(options, option, graph.tensor(id), option.output);
  if (option.scratch_bytes < 0 || option.core_flash_bytes < 0 || option.instructions < 0)
    refuse(option, "wanted bytes and instructions of 0 or more, got less");
  check_overlaps(graph, node, option);
}

void add_options(const graph::Graph& graph, std::size_t index, const PlanOptions& options,
                 std::vector<KernelOption>& offers) {
  for (const KernelOption& option : options.kernels[index]) {
    const bool known =
        std::any_of(offers.begin(), offers.end(), [&](const KernelOption& other) { return other.name == option.name; });
    if (known) refuse(option, "wanted a name of its own, got one that is taken");
    check_option(graph, index, options, option);
    if (option.for_speed && options.optimize != Optimize::kSpeed) continue;
    offers.push_back(option);
  }
}

void check_appends(const graph::Graph& graph, const PlanOptions& options) {
  for (const std::int32_t index : options.appends) {
    const bool is_node = index >= 0 && static_cast<std::size_t>(index) < graph.nodes.size();
    const bool is_append = is_node && graph.nodes[static_cast<std::size_t>(index)].inputs.size() == 2 &&
                           static_cast<std::size_t>(index) < options.kernels.size() &&
                           !options.kernels[static_cast<std::size_t>(index)].empty();
    if (is_append) continue;
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("[plan] wanted a layer of two inputs and kernels for it to append by, got layer {}", index));
  }
}

}  // namespace

Offers make_offers(const graph::Graph& graph, const std::vector<Lowered>& lowered, const PlanOptions& options) {
  if (!options.kernels.empty() && options.kernels.size() != graph.nodes.size()) {
    throw Error(ErrorCode::kInvalid, fmt::format("[plan] wanted kernels for each of {} layers, got {}",
                                                 graph.nodes.size(), options.kernels.size()));
  }
  check_appends(graph, options);
  Offers offers;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const graph::Node& node = graph.nodes[i];
    offers.emplace_back();
    if (!options.appends_at(i)) offers.back().push_back(portable_option(graph, node, lowered[i]));
    if (options.kernels.empty()) continue;
    with_context(fmt::format("layer {} '{}'", i, graph.node_name(node)),
                 [&] { add_options(graph, i, options, offers.back()); });
  }
  return offers;
}

}  // namespace mote::plan
