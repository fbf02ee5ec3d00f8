// model.c: constant tables and layers, as straight-line calls or as tables for the executor.
#include <fmt/format.h>

#include "c_text.h"
#include "executor_text.h"
#include "layer_text.h"
#include "parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

std::string includes(const Parts& parts) {
  std::string text = fmt::format("#include \"{}.h\"\n\n", parts.name);
  if (parts.runs_executor()) text += "#include \"mote/runtime/executor.h\"\n";
  for (const std::string& header : kernel_headers(parts.plan)) text += fmt::format("#include \"{}\"\n", header);
  for (const auto& [name, core] : parts.cores()) text += fmt::format("#include \"{}.h\"\n", core_path(name));
  return text + '\n';
}

std::string layers(const Parts& parts) {
  std::string text;
  for (std::size_t step = 0; step < parts.plan.steps.size(); ++step) {
    const std::string& body = parts.runs_executor() ? parameters_text(parts.plan, step) : parts.layers[step].text;
    if (body.empty()) continue;
    text += fmt::format("/* {} */\n", layer_title(parts.plan, step)) + body + '\n';
  }
  return text;
}

std::string layer_calls(const Parts& parts) {
  std::string text;
  for (std::size_t step = 0; step < parts.plan.steps.size(); ++step) {
    text += fmt::format("  {}(arena);\n", layer_symbol(function_of(parts.plan, step)));
  }
  text.pop_back();
  return text;
}

std::string layer_names(const Parts& parts) {
  std::string text;
  for (std::size_t step = 0; step < parts.plan.steps.size(); ++step) {
    text += (step == 0 ? "" : ", ") + layer_symbol(function_of(parts.plan, step));
  }
  return text;
}

}  // namespace

std::string label_table_text(const Parts& parts) {
  if (parts.options.labels.empty()) return "";
  std::string text = fmt::format("const char* const {}_labels[{}_LABEL_COUNT] = {{\n", parts.name, parts.macro);
  for (const std::string& label : parts.options.labels) text += fmt::format("  {},\n", string_literal(label));
  return text + "};\n\n";
}

std::string model_text(const Parts& parts) {
  auto values = template_values(parts);
  values["layer_calls"] = layer_calls(parts);
  values["layer_functions"] = layer_names(parts);
  values["step_count"] = std::to_string(parts.plan.steps.size());
  values["layer_table"] = layer_table_text(parts.plan, parts.name + "_layers");
  std::string text = head_comment(parts, fmt::format("The layers of {}: constants and calls.", parts.name));
  text += includes(parts) + label_table_text(parts) + constants_text(parts.plan) + layers(parts);
  if (parts.runs_executor()) text += executor_tables_text(parts.plan);
  text += filled_template(parts.runs_executor() ? "executor_calls.c.in" : "straight_calls.c.in", values) +
          filled_template("places.c.in", values);
  return parts.streams() ? text + stream_text(parts) : text;
}

}  // namespace mote::exporter
