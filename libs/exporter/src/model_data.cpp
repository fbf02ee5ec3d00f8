#include "mote/exporter/model_data.h"

#include <fmt/format.h>

#include "c_text.h"
#include "mote/base/error.h"
#include "mote/base/file.h"

namespace mote::exporter {
namespace {

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::kInvalid, "[model data] " + message);
}

std::string guard(const std::string& stem) {
  return upper_case(stem) + "_H_";
}

std::string head_comment(const ModelDataOptions& options) {
  std::string text = "// Made by mote. Do not edit: export again.\n";
  if (!options.origin.empty()) text += fmt::format("// {}\n", options.origin);
  return text + "\n";
}

// Shape, bytes, scale and zero point of one end of the model. `role` is "Input" or "Output".
std::string border_constants(const graph::Graph& graph, const std::vector<graph::TensorId>& ids,
                             const std::string& role) {
  std::string text;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const graph::Tensor& tensor = graph.tensor(ids[i]);
    const std::string name = fmt::format("kModel{}{}", role, i == 0 ? "" : std::to_string(i));
    text += fmt::format("\n// int8 {}. real = scale * (raw - zero point)\n", graph::to_string(tensor.shape));
    text += fmt::format("const int {}Bytes = {};\n", name, tensor.bytes());
    text += fmt::format("const float {}Scale = {};\n", name, float_literal(tensor.quant.scales[0]));
    text += fmt::format("const int {}ZeroPoint = {};\n", name, tensor.quant.zero_points[0]);
  }
  return text;
}

std::string arena_constants(const plan::Plan& plan) {
  return fmt::format(
      "// Bytes of the tensor arena, to be aligned to 16.\n"
      "// kModelArenaBytes is exact, for mote's runtime.\n"
      "// kModelTflmArenaBytes is an estimate for the interpreter of TensorFlow Lite Micro, with a margin: it also "
      "keeps its\n"
      "// own structures and tables there. interpreter.arena_used_bytes() tells the exact need of your build.\n"
      "const int kModelArenaBytes = {};\n"
      "const int kModelTflmArenaBytes = {};\n",
      plan.arena_bytes, plan::tflm_arena_bytes(plan.graph));
}

std::string label_declaration(const ModelDataOptions& options) {
  if (options.labels.empty()) return "";
  return fmt::format(
      "\n// By index of the output, in UTF-8.\nconst int kModelLabelCount = {};\nextern const char* const "
      "kModelLabels[{}];\n",
      options.labels.size(), options.labels.size());
}

std::string label_table(const ModelDataOptions& options) {
  if (options.labels.empty()) return "";
  std::string text = fmt::format("\nconst char* const kModelLabels[{}] = {{\n", options.labels.size());
  for (const std::string& label : options.labels) text += fmt::format("  {},\n", string_literal(label));
  return text + "};\n";
}

void check_labels(const plan::Plan& plan, const ModelDataOptions& options) {
  const std::int64_t classes = plan.graph.tensor(plan.graph.outputs.front()).elements();
  if (options.labels.empty() || static_cast<std::int64_t>(options.labels.size()) == classes) return;
  fail(fmt::format("wanted a label for each of the {} outputs, got {}", classes, options.labels.size()));
}

}  // namespace

void ModelDataOptions::validate() const {
  if (!is_identifier(file_stem))
    fail(fmt::format("wanted a file stem of letters, digits and '_', got '{}'", file_stem));
  if (origin.find_first_of("\r\n\\") != std::string::npos) fail("wanted an origin of one line without backslashes");
}

ModelData make_model_data(std::span<const std::uint8_t> file, const plan::Plan& plan, const ModelDataOptions& options) {
  options.validate();
  check_labels(plan, options);
  ModelData data;
  const std::string name = guard(options.file_stem);
  data.header = head_comment(options) +
                fmt::format(
                    "#ifndef {0}\n#define {0}\n\n"
                    "// The model as a .tflite file, aligned to 16 bytes.\n"
                    "extern const unsigned char g_model[];\n"
                    "extern const int g_model_len;\n\n",
                    name) +
                arena_constants(plan) + border_constants(plan.graph, plan.graph.inputs, "Input") +
                border_constants(plan.graph, plan.graph.outputs, "Output") + label_declaration(options) +
                fmt::format("\n#endif  // {}\n", name);
  data.source =
      head_comment(options) +
      fmt::format("#include \"{}.h\"\n\nalignas(16) const unsigned char g_model[] = {{\n", options.file_stem) +
      byte_rows(file) + fmt::format("}};\nconst int g_model_len = {};\n", file.size()) + label_table(options);
  return data;
}

void write_model_data(const std::filesystem::path& folder, const ModelData& data, const ModelDataOptions& options) {
  options.validate();
  write_file_atomic(folder / (options.file_stem + ".h"), data.header);
  write_file_atomic(folder / (options.file_stem + ".cc"), data.source);
}

}  // namespace mote::exporter
