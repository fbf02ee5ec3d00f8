// <name>.h: constants and functions of a model.
#include <fmt/format.h>

#include <algorithm>

#include "c_text.h"
#include "layer_text.h"
#include "mote/base/text.h"
#include "mote/plan/cost.h"
#include "parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

// Room for a mote_executor behind the plan's arena; the generated code asserts that it is enough.
constexpr std::int64_t kExecutorBytes = 32;

std::string define(const Parts& parts, std::string_view name, std::int64_t value) {
  return fmt::format("#define {}_{} {}\n", parts.macro, name, value);
}

// "INPUT", "INPUT1", …
std::string numbered(std::string_view role, std::size_t index) {
  return fmt::format("{}{}", role, index == 0 ? "" : std::to_string(index));
}

std::string border_constants(const Parts& parts, const std::vector<graph::TensorId>& ids, std::string_view role) {
  std::string text;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const graph::Tensor& tensor = parts.graph().tensor(ids[i]);
    const std::string name = numbered(role, i);
    text += tensor.type == graph::DType::kInt16
                ? fmt::format("\n/* int16 {}, two bytes each; real = scale * raw */\n", graph::to_string(tensor.shape))
                : fmt::format("\n/* int8 {}; real = scale * (raw - zero point) */\n", graph::to_string(tensor.shape));
    text += define(parts, name + "_BYTES", tensor.bytes());
    text += fmt::format("#define {}_{}_SCALE {}\n", parts.macro, name, float_literal(tensor.quant.scales[0]));
    text += fmt::format("#define {}_{}_ZERO_POINT ({})\n", parts.macro, name, tensor.quant.zero_points[0]);
    text += define(parts, name + "_OFFSET", parts.plan.placement(ids[i]).offset_bytes);
  }
  return text;
}

// One function for each further input or output; the first has its own lines in the template.
std::string further_places(const Parts& parts, const std::vector<graph::TensorId>& ids, std::string_view role,
                           std::string_view line) {
  std::string text;
  for (std::size_t i = 1; i < ids.size(); ++i) {
    const std::string name = numbered(role, i);
    text += fmt::format(fmt::runtime(line), parts.name, name, parts.macro, upper_case(name)) + '\n';
  }
  return text;
}

std::string limit_text(std::int64_t bytes) {
  return bytes == 0 ? "" : std::to_string(bytes);
}

std::map<std::string, std::string> stream_values(const Parts& parts) {
  if (!parts.streams()) return {{"stream", ""}, {"whole", "yes"}};
  const quant::StreamingGraph& streaming = *parts.options.streaming;
  const codegen::NetworkSize& whole = parts.options.removal.after;
  return {{"stream", "yes"},
          {"whole", ""},
          {"hop_frames", std::to_string(streaming.hop_frames)},
          {"window_frames", std::to_string(streaming.window_frames)},
          {"warmup_hops", std::to_string(streaming.warmup_hops())},
          {"state_bytes", std::to_string(parts.state_bytes())},
          {"window_macs", group_digits(whole.multiply_accumulates)}};
}

std::int64_t greatest_scratch_bytes(const plan::Plan& plan) {
  std::int64_t most = 0;
  for (const plan::Step& step : plan.steps) most = std::max(most, step.scratch_bytes);
  return most;
}

}  // namespace

std::int64_t Parts::state_offset_bytes() const {
  return plan.arena_bytes + (runs_executor() ? kExecutorBytes : 0);
}

std::int64_t Parts::state_bytes() const {
  if (!streams()) return 0;
  if (!carries_windows()) return options.streaming->state_bytes();
  std::int64_t sum = 0;
  for (const std::int32_t place : plan.carried) sum += plan.placements[static_cast<std::size_t>(place)].size_bytes;
  return sum;
}

std::int64_t Parts::arena_bytes() const {
  return state_offset_bytes() + (carries_windows() ? 0 : state_bytes());
}

// States are the last inputs and outputs of a step.
std::vector<graph::TensorId> Parts::inputs() const {
  const auto states = static_cast<std::ptrdiff_t>(streams() ? options.streaming->states.size() : 0);
  return {graph().inputs.begin(), graph().inputs.end() - states};
}

std::vector<graph::TensorId> Parts::outputs() const {
  const auto states = static_cast<std::ptrdiff_t>(streams() ? options.streaming->states.size() : 0);
  return {graph().outputs.begin(), graph().outputs.end() - states};
}

std::map<std::string, codegen::Core> Parts::cores() const {
  std::map<std::string, codegen::Core> all;
  for (const codegen::LayerText& layer : layers) {
    for (const codegen::Core& core : layer.cores) all.emplace(core.name, core);
  }
  return all;
}

std::string core_path(const std::string& name) {
  return "mote/cores/" + name;
}

std::string head_comment(const Parts& parts, std::string_view what) {
  std::string text = fmt::format("/* {}\n *\n * Made by mote. Do not edit: export again.", what);
  if (!parts.options.origin.empty()) text += fmt::format("\n * {}", comment_text(parts.options.origin));
  return text + " */\n";
}

std::map<std::string, std::string> template_values(const Parts& parts) {
  const plan::Cost cost = plan::cost(parts.plan);
  const std::vector<graph::TensorId> inputs = parts.inputs();
  const std::vector<graph::TensorId> outputs = parts.outputs();
  const std::string origin = parts.options.origin.empty() ? "" : fmt::format(" {}", comment_text(parts.options.origin));
  std::map<std::string, std::string> values{
      {"name", parts.name},
      {"NAME", parts.macro},
      {"origin", origin},
      {"int8", parts.takes_int8() ? "yes" : ""},
      {"int16", parts.takes_int8() ? "" : "yes"},
      {"frontend", parts.has_frontend() ? "yes" : ""},
      {"no_frontend", parts.has_frontend() ? "" : "yes"},
      {"float", parts.has_frontend() && !parts.options.frontend.is_fixed() ? "yes" : ""},
      {"fixed", parts.options.frontend.is_fixed() ? "yes" : ""},
      {"listens", parts.listens() ? "yes" : ""},
      {"listens_to_floats", parts.listens() && !parts.options.frontend.is_fixed() ? "yes" : ""},
      {"listens_in_fixed", parts.listens() && parts.options.frontend.is_fixed() ? "yes" : ""},
      {"padded", parts.has_frontend() && !parts.listens() ? "yes" : ""},
      {"postprocess", parts.has_postprocess() ? "yes" : ""},
      {"listens_and_detects", parts.has_postprocess() && parts.listens() ? "yes" : ""},
      {"detects_in_windows", parts.has_postprocess() && parts.listens() && !parts.streams() ? "yes" : ""},
      {"detects_in_hops", parts.has_postprocess() && parts.hears_hops() ? "yes" : ""},
      {"hears_hops", parts.hears_hops() ? "yes" : ""},
      {"tests_only", parts.has_postprocess() && parts.listens() ? "" : "yes"},
      {"channels", parts.has_frontend() ? std::to_string(parts.options.frontend.channels()) : ""},
      {"executor", parts.runs_executor() ? "yes" : ""},
      {"folder", parts.options.files == BundleFiles::kFolder ? "yes" : ""},
      {"single", parts.options.files == BundleFiles::kSingle ? "yes" : ""},
      {"labels", parts.options.labels.empty() ? "" : "yes"},
      {"label_count", std::to_string(parts.options.labels.size())},
      {"plan_arena_bytes", std::to_string(parts.plan.arena_bytes)},
      {"arena_bytes", std::to_string(parts.arena_bytes())},
      {"scratch_bytes", std::to_string(greatest_scratch_bytes(parts.plan))},
      {"weight_bytes", std::to_string(cost.weight_bytes)},
      {"table_bytes", std::to_string(cost.table_bytes)},
      {"macs", std::to_string(cost.multiply_accumulates)},
      {"layer_count", std::to_string(layer_count(parts.plan))},
      {"ram_limit", limit_text(parts.options.ram_limit_bytes)},
      {"flash_limit", limit_text(parts.options.flash_limit_bytes)},
      {"inputs", border_constants(parts, inputs, "INPUT")},
      {"outputs", border_constants(parts, outputs, "OUTPUT")},
      {"more_inputs", further_places(parts, inputs, "input", "int8_t* {0}_{1}(void* arena);")},
      {"more_outputs", further_places(parts, outputs, "output", "const int8_t* {0}_{1}(const void* arena);")},
      {"more_input_functions",
       further_places(parts, inputs, "input",
                      "int8_t* {0}_{1}(void* arena) {{\n  return (int8_t*)arena + {2}_{3}_OFFSET;\n}}\n")},
      {"more_output_functions",
       further_places(parts, outputs, "output",
                      "const int8_t* {0}_{1}(const void* arena) {{\n  return (const int8_t*)arena + "
                      "{2}_{3}_OFFSET;\n}}\n")},
  };
  values.merge(stream_values(parts));
  return values;
}

std::string header_text(const Parts& parts) {
  return filled_template("model.h.in", template_values(parts));
}

}  // namespace mote::exporter
