#include <fmt/format.h>

#include <algorithm>

#include "mote/base/file.h"
#include "mote/graph/op.h"
#include "mote/graph/text.h"

namespace mote::graph {
namespace {

std::string quoted_text(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    result += c;
  }
  return result + '"';
}

std::string quant_text(const Quant& quant) {
  if (quant.empty()) return "";
  if (!quant.per_channel()) return fmt::format(" q({},{})", quant.scales[0], quant.zero_points[0]);
  std::string text = fmt::format(" q({}:", quant.axis);
  for (std::size_t i = 0; i < quant.scales.size(); ++i) {
    text += fmt::format("{}{}/{}", i == 0 ? "" : ",", quant.scales[i], quant.zero_points[i]);
  }
  return text + ")";
}

std::string tensor_text(const Graph& graph, TensorId id) {
  const Tensor& tensor = graph.tensor(id);
  return fmt::format("%{} {} {}{}{}", id, quoted_text(tensor.name), to_string(tensor.type), to_string(tensor.shape),
                     quant_text(tensor.quant));
}

std::string values_text(const Tensor& tensor, Constants constants) {
  if (!tensor.data) return "?";
  if (constants == Constants::kElided) return "...";
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "0x";
  text.reserve(2 + 2 * tensor.data->size());
  for (std::byte value : *tensor.data) {
    text += kDigits[std::to_integer<unsigned>(value) >> 4];
    text += kDigits[std::to_integer<unsigned>(value) & 15];
  }
  return text;
}

template <class Attributes>
std::string attributes_text(const Attributes& op) {
  std::string text;
  const Attributes defaults;
  std::apply(
      [&](const auto&... entry) {
        [[maybe_unused]] const auto add = [&](const auto& one) {  // an op may have no fields
          if (op.*(one.member) == defaults.*(one.member)) return;
          text += fmt::format(" {}={}", one.name, field_text(op.*(one.member)));
        };
        (add(entry), ...);
      },
      Attributes::fields());
  return text;
}

std::string list_text(const std::vector<TensorId>& ids) {
  std::string text;
  for (TensorId id : ids) text += fmt::format("{}%{}", text.empty() ? "" : ", ", id);
  return text;
}

std::string node_text(const Graph& graph, const Node& node) {
  std::string outputs;
  for (TensorId id : node.outputs) outputs += (outputs.empty() ? "" : "; ") + tensor_text(graph, id);
  const std::string attributes = std::visit([](const auto& op) { return attributes_text(op); }, node.op);
  return fmt::format("{} = {}({}){}", outputs, op_name(node.op), list_text(node.inputs), attributes);
}

}  // namespace

std::string print(const Graph& graph, Constants constants) {
  std::string text = fmt::format("graph {} {{\n", quoted_text(graph.name));
  for (TensorId id : graph.inputs) text += fmt::format("  input {}\n", tensor_text(graph, id));
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (!graph.tensors[i].constant) continue;
    text += fmt::format("  const {} = {}\n", tensor_text(graph, static_cast<TensorId>(i)),
                        values_text(graph.tensors[i], constants));
  }
  for (const Node& node : graph.nodes) text += fmt::format("  {}\n", node_text(graph, node));
  for (TensorId id : graph.outputs) text += fmt::format("  output %{}\n", id);
  return text + "}\n";
}

void save(const Graph& graph, const std::filesystem::path& path) {
  write_file_atomic(path, std::string_view(print(graph)));
}

namespace {

bool same_tensor(const Tensor& a, const Tensor& b) {
  if (a.name != b.name || a.type != b.type || a.shape != b.shape || !(a.quant == b.quant)) return false;
  if (a.constant != b.constant || (a.data == nullptr) != (b.data == nullptr)) return false;
  return !a.data || *a.data == *b.data;
}

bool same_node(const Node& a, const Node& b) {
  return same_op(a.op, b.op) && a.inputs == b.inputs && a.outputs == b.outputs;
}

}  // namespace

bool operator==(const Graph& a, const Graph& b) {
  return a.name == b.name && a.inputs == b.inputs && a.outputs == b.outputs &&
         std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), b.tensors.end(), same_tensor) &&
         std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(), same_node);
}

}  // namespace mote::graph
