#include "operands.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "mote/base/text.h"

namespace mote::device {
namespace {

std::optional<std::size_t> step_of(const plan::Plan& plan, graph::TensorId tensor) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& whole = plan.steps[i].completes;
    if (std::ranges::find(whole, tensor) != whole.end()) return i;
  }
  return std::nullopt;
}

std::string scaling_text(const plan::KernelCall& call, std::int64_t channel) {
  if (call.text == nullptr) return {};
  for (const plan::Field& field : call.text->fields(call.parameters.get())) {
    if (const auto* one = std::get_if<mote_scaling>(&field.value))
      return fmt::format("multiplier {}, shift {}", one->multiplier, one->shift);
    const auto* table = std::get_if<mote_channel_scaling>(&field.value);
    if (table == nullptr || table->count == 0) continue;
    const auto at = table->count == 1 ? 0 : std::min<std::int64_t>(channel, table->count - 1);
    return fmt::format("multiplier {}, shift {}", table->multipliers[at], table->shifts[at]);
  }
  return {};
}

std::string bias_text(const graph::Graph& graph, const graph::Node& node, std::int64_t channel) {
  for (const graph::TensorId id : node.inputs) {
    if (id < 0 || !graph.tensor(id).constant || graph.tensor(id).type != graph::DType::kInt32) continue;
    const auto values = graph::values<std::int32_t>(graph.tensor(id));
    if (channel < static_cast<std::int64_t>(values.size()))
      return fmt::format(", bias {}", values[static_cast<std::size_t>(channel)]);
  }
  return {};
}

}  // namespace

std::string layer_file(const Subject& subject, graph::TensorId tensor) {
  const auto step = step_of(subject.plan, tensor);
  return step ? fmt::format("model.c, layer{}", *step) : "model.c";
}

std::string operands_of(const plan::Plan& plan, graph::TensorId tensor, std::int64_t index) {
  const auto step = step_of(plan, tensor);
  if (!step) return {};
  const graph::Node& node = plan.graph.nodes[static_cast<std::size_t>(graph::producer(plan.graph, tensor))];
  const graph::Shape& shape = plan.graph.tensor(tensor).shape;
  const std::int64_t channel = shape.empty() ? 0 : index % shape.back();
  const plan::KernelCall& call = plan.steps[*step].call;
  const plan::Step& at = plan.steps[*step];
  const std::string kernel(at.is_portable() ? call.kernel() : std::string_view(at.option.name));
  std::string text = fmt::format("kernel {}, channel {}", kernel, channel);
  const std::string scaling = scaling_text(call, channel);
  if (!scaling.empty()) text += ": " + scaling;
  text += bias_text(plan.graph, node, channel);
  std::vector<std::string> names;
  for (const graph::TensorId id : node.inputs) {
    if (id >= 0) names.push_back(fmt::format("'{}'", plan.graph.tensor(id).name));
  }
  return text + "; inputs " + join(names, ", ");
}

}  // namespace mote::device
