#include "layer_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "c_text.h"
#include "mote/base/error.h"
#include "mote/graph/op.h"

namespace mote::exporter {
namespace {

using graph::TensorId;
using plan::ArgumentRole;

const graph::Node& node_of(const plan::Plan& plan, std::size_t step) {
  return plan.graph.nodes[static_cast<std::size_t>(plan.steps[step].node)];
}

// The value of a parameter as an initializer; tables of a scaling are named after the step.
struct FieldText {
  const std::string& symbol;

  std::string operator()(std::int32_t value) const { return int32_literal(value); }
  std::string operator()(float value) const { return float_literal(value); }
  std::string operator()(std::span<const std::int32_t> values) const {
    return fmt::format("{{{}}}", fmt::join(values, ", "));
  }
  std::string operator()(const mote_window& w) const {
    return fmt::format(
        "{{.input_h = {}, .input_w = {}, .output_h = {}, .output_w = {}, .kernel_h = {}, .kernel_w = {},\n"
        "             .stride_h = {}, .stride_w = {}, .dilation_h = {}, .dilation_w = {}, .pad_top = {}, "
        ".pad_left = {}}}",
        w.input_h, w.input_w, w.output_h, w.output_w, w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.dilation_h,
        w.dilation_w, w.pad_top, w.pad_left);
  }
  std::string operator()(const mote_activation& bounds) const {
    return fmt::format("{{.min = {}, .max = {}}}", bounds.min, bounds.max);
  }
  std::string operator()(const mote_scaling& scaling) const {
    return fmt::format("{{.multiplier = {}, .shift = {}}}", scaling.multiplier, scaling.shift);
  }
  std::string operator()(const mote_channel_scaling& scaling) const {
    return fmt::format("{{.multipliers = {0}_multipliers, .shifts = {0}_shifts, .count = {1}}}", symbol, scaling.count);
  }
};

std::string scaling_tables(const std::string& symbol, const std::vector<plan::Field>& fields) {
  std::string text;
  for (const plan::Field& field : fields) {
    const auto* scaling = std::get_if<mote_channel_scaling>(&field.value);
    if (scaling == nullptr) continue;
    const auto count = static_cast<std::size_t>(scaling->count);
    text += table(fmt::format("static const int32_t {}_multipliers", symbol), std::span(scaling->multipliers, count));
    text += table(fmt::format("static const int8_t {}_shifts", symbol), std::span(scaling->shifts, count));
  }
  return text;
}

const plan::Placement& place(const plan::Plan& plan, std::int32_t index) {
  return plan.placements[static_cast<std::size_t>(index)];
}

std::string kernel_name(const plan::Step& step) {
  return step.is_portable() ? std::string(step.call.kernel()) : step.option.name;
}

// Operand `index` of the step's node: a constant, or where the activation lies that the step reads.
std::string input_address(const plan::Plan& plan, std::size_t step, std::size_t index) {
  const std::vector<TensorId>& inputs = node_of(plan, step).inputs;
  if (plan.graph.tensor(inputs[index]).constant) return constant_symbol(inputs[index]);
  const auto is_activation = [&](TensorId id) { return !plan.graph.tensor(id).constant; };
  const auto end = inputs.begin() + static_cast<std::ptrdiff_t>(index);
  const auto before = static_cast<std::size_t>(std::count_if(inputs.begin(), end, is_activation));
  return fmt::format("arena + {}", place(plan, plan.steps[step].reads[before]).offset_bytes);
}

// The step whose parameters this one takes: its own, or those of its twin.
std::size_t parameters_of(const plan::Plan& plan, std::size_t step) {
  const std::int32_t twin = plan.steps[step].twin;
  return twin < 0 ? step : static_cast<std::size_t>(twin);
}

// What a kernel takes as `argument`; pointers to void become any other on their own.
std::string argument_text(const plan::Plan& plan, std::size_t step, const plan::Argument& argument,
                          std::size_t& next_input) {
  const plan::Step& at = plan.steps[step];
  const graph::Node& node = node_of(plan, step);
  if (argument.role == ArgumentRole::kInputList) return "inputs";
  if (argument.role == ArgumentRole::kScratch) {
    return at.scratch_bytes == 0 ? "NULL" : fmt::format("(void*)(arena + {})", at.scratch_offset_bytes);
  }
  if (argument.role == ArgumentRole::kOutput)
    return fmt::format("(void*)(arena + {})", place(plan, at.writes.front()).offset_bytes);
  const std::size_t index = next_input++;
  if (index >= node.inputs.size()) return "NULL";
  const std::string address = input_address(plan, step, index);
  return plan.graph.tensor(node.inputs[index]).constant ? address : fmt::format("(const void*)({})", address);
}

std::string input_list(const plan::Plan& plan, std::size_t step) {
  std::string text = "  const void* const inputs[] = {";
  const graph::Node& node = node_of(plan, step);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) text += (i == 0 ? "" : ", ") + input_address(plan, step, i);
  return text + "};\n";
}

std::string constant_table(const graph::Tensor& tensor, TensorId id) {
  const std::string symbol = constant_symbol(id);
  const std::string title = fmt::format("/* {} {} */\n", comment_text(tensor.name), graph::to_string(tensor.shape));
  if (tensor.type == graph::DType::kInt8) {
    return title + table("static const int8_t " + symbol, graph::values<std::int8_t>(tensor));
  }
  if (tensor.type == graph::DType::kInt32) {
    return title + table("static const int32_t " + symbol, graph::values<std::int32_t>(tensor));
  }
  if (tensor.type == graph::DType::kInt64) {
    return title + table("static const int64_t " + symbol, graph::values<std::int64_t>(tensor));
  }
  throw Error(ErrorCode::kUnsupported, fmt::format("[bundle] constant '{}': wanted int8, int32 or int64 values, got {}",
                                                   tensor.name, graph::to_string(tensor.type)));
}

std::string coded_table(const graph::Tensor& tensor, TensorId id, const plan::CodedWeights& coded) {
  return fmt::format("/* {} {}, {} in {} bytes */\n", comment_text(tensor.name), graph::to_string(tensor.shape),
                     graph::to_string(tensor.type), coded.bytes.size()) +
         table("static const uint8_t " + constant_symbol(id), std::span(coded.bytes));
}

std::string layer_entry(const plan::Plan& plan, std::size_t step, std::size_t index) {
  const plan::Placement& place = plan.completed(plan.steps[step], index);
  const graph::Tensor& tensor = plan.graph.tensor(place.tensor);
  const bool planes = place.layout == plan::Layout::kPlanes;
  const graph::Shape shape = tensor.shape.empty() ? graph::Shape{1} : tensor.shape;
  return fmt::format("  {{{}, \"{}\", {}, {}, {}, {}, {{{}}}, {}u, {}u, {}u}},\n", string_literal(tensor.name),
                     kernel_name(plan.steps[step]), step, place.tensor, shape.size(),
                     planes ? "MOTE_LAYOUT_PLANES" : "MOTE_LAYOUT_NHWC", fmt::join(shape, ", "), place.offset_bytes,
                     tensor.bytes(), planes ? plan::plane_geometry(tensor).pitch_bytes() : 0);
}

}  // namespace

std::string constant_symbol(TensorId tensor) {
  return fmt::format("constant{}", tensor);
}

std::string layer_symbol(std::size_t step) {
  return fmt::format("layer{}", step);
}

std::string parameter_symbol(const plan::Plan& plan, std::size_t step) {
  return layer_symbol(parameters_of(plan, step)) + "_params";
}

std::size_t function_of(const plan::Plan& plan, std::size_t step) {
  const plan::Step& at = plan.steps[step];
  if (at.twin < 0) return step;
  const plan::Step& twin = plan.steps[static_cast<std::size_t>(at.twin)];
  const auto lie_together = [&](std::int32_t a, std::int32_t b) {
    return place(plan, a).offset_bytes == place(plan, b).offset_bytes;
  };
  const bool same_places = std::equal(at.reads.begin(), at.reads.end(), twin.reads.begin(), lie_together) &&
                           std::equal(at.writes.begin(), at.writes.end(), twin.writes.begin(), lie_together);
  return same_places ? static_cast<std::size_t>(at.twin) : step;
}

std::string constants_text(const plan::Plan& plan) {
  std::map<TensorId, const plan::CodedWeights*> used;  // null: as the graph has it
  for (const plan::Step& step : plan.steps) {
    if (!step.is_portable()) continue;
    const std::vector<TensorId>& inputs = plan.graph.nodes[static_cast<std::size_t>(step.node)].inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (plan.graph.tensor(inputs[i]).constant) used.emplace(inputs[i], i == 1 ? step.call.coded.get() : nullptr);
    }
  }
  std::string text;
  for (const auto& [id, coded] : used) {
    const graph::Tensor& tensor = plan.graph.tensor(id);
    text += (coded != nullptr ? coded_table(tensor, id, *coded) : constant_table(tensor, id)) + '\n';
  }
  return text;
}

std::string parameters_text(const plan::Plan& plan, std::size_t step) {
  if (parameters_of(plan, step) != step) return "";
  const plan::KernelCall& call = plan.steps[step].call;
  const std::string symbol = layer_symbol(step);
  const std::vector<plan::Field> fields = call.text->fields(call.parameters.get());
  std::string text = scaling_tables(symbol, fields);
  text += fmt::format("static const {}_params {} = {{\n", call.kernel(), parameter_symbol(plan, step));
  for (const plan::Field& field : fields) {
    text += fmt::format("  .{} = {},\n", field.name, std::visit(FieldText{symbol}, field.value));
  }
  return text + "};\n";
}

namespace {

std::string runtime_call(const plan::Plan& plan, std::size_t step) {
  const plan::KernelCall& call = plan.steps[step].call;
  std::string text = fmt::format("static void {}(uint8_t* arena) {{\n", layer_symbol(step));
  std::string arguments = "&" + parameter_symbol(plan, step);
  std::size_t next_input = 0;
  for (const plan::Argument& argument : call.text->arguments) {
    if (argument.role == ArgumentRole::kInputList) text += input_list(plan, step);
    arguments += ", " + argument_text(plan, step, argument, next_input);
  }
  return text + fmt::format("  {}({});\n}}\n", call.kernel(), arguments);
}

codegen::Operand operand(const plan::Placement& place) {
  return {place.layout, place.offset_bytes};
}

codegen::LayerCall generated_call(const plan::Plan& plan, std::size_t step) {
  const plan::Step& at = plan.steps[step];
  codegen::LayerCall call;
  call.symbol = layer_symbol(step);
  call.option = at.option.name;
  for (std::int32_t index : at.reads) call.inputs.push_back(operand(place(plan, index)));
  call.output = operand(place(plan, at.writes.front()));
  call.scratch_offset_bytes = at.scratch_offset_bytes;
  if (!at.is_layout_change()) call.pad_top = plan.pad_top(at);
  return call;
}

}  // namespace

codegen::LayerText layer_function(const plan::Plan& plan, std::size_t step, codegen::InstructionSet set) {
  const plan::Step& at = plan.steps[step];
  if (function_of(plan, step) != step) return {};
  if (at.is_portable()) return {parameters_text(plan, step) + runtime_call(plan, step), {}};
  const codegen::LayerCall call = generated_call(plan, step);
  const graph::Graph& graph = plan.graph_of(at);
  if (!at.is_layout_change()) return codegen::emit(graph, static_cast<std::size_t>(at.node), set, call);
  return codegen::emit_layout_change(graph.tensor(place(plan, at.reads.front()).tensor), set, call);
}

std::set<std::string> kernel_headers(const plan::Plan& plan) {
  std::set<std::string> headers;
  for (const plan::Step& step : plan.steps) {
    if (!step.is_portable()) continue;
    headers.insert(fmt::format("mote/runtime/kernels/{}.h", step.call.kernel()));
  }
  return headers;
}

std::string layer_title(const plan::Plan& plan, std::size_t step) {
  const plan::Step& at = plan.steps[step];
  const graph::Tensor& output = plan.graph_of(at).tensor(place(plan, at.writes.front()).tensor);
  const std::string strip = at.strip < 0 ? "" : fmt::format(", strip {}", at.strip);
  const std::string_view op = at.is_layout_change() ? "layout change" : graph::op_name(node_of(plan, step).op);
  return fmt::format("Step {}, {} '{}'{}, {}, {}", step, op, comment_text(output.name), strip, kernel_name(at),
                     graph::to_string(output.shape));
}

std::size_t layer_count(const plan::Plan& plan) {
  std::size_t count = 0;
  for (const plan::Step& step : plan.steps) count += step.completes.size();
  return count;
}

std::string layer_table_text(const plan::Plan& plan, std::string_view symbol) {
  std::string text = fmt::format("const mote_layer {}[{}] = {{\n", symbol, layer_count(plan));
  for (std::size_t step = 0; step < plan.steps.size(); ++step) {
    for (std::size_t i = 0; i < plan.steps[step].completes.size(); ++i) {
      text += layer_entry(plan, step, i);
    }
  }
  return text + "};\n";
}

}  // namespace mote::exporter
