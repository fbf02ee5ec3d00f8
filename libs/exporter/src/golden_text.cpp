// golden.h, golden.c, selftest.h, selftest.c.
#include <fmt/format.h>

#include "c_text.h"
#include "layer_text.h"
#include "parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

// Vectors of another model have another seal: it is a hash of all that they say.
std::uint32_t seal_of(const std::vector<GoldenVector>& vectors) {
  std::uint64_t hash = 0;
  for (const GoldenVector& vector : vectors) {
    for (std::uint64_t layer : vector.layer_hashes) hash = hash * MOTE_HASH_FACTOR ^ layer;
    hash = hash * MOTE_HASH_FACTOR ^ layer_hash(vector.input);
    hash = hash * MOTE_HASH_FACTOR ^ layer_hash(vector.output);
    for (std::int32_t sum : vector.sums) hash = hash * MOTE_HASH_FACTOR ^ static_cast<std::uint32_t>(sum);
  }
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

std::int64_t bytes_of(const graph::Graph& graph, const std::vector<graph::TensorId>& ids) {
  std::int64_t sum = 0;
  for (graph::TensorId id : ids) sum += graph.tensor(id).bytes();
  return sum;
}

// `line` for each of the ids, with its number behind the role and the bytes before it.
std::string for_each_border(const Parts& parts, const std::vector<graph::TensorId>& ids, std::string_view line) {
  std::string text;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string number = i == 0 ? "" : std::to_string(i);
    text += fmt::format(fmt::runtime(line), parts.name, parts.macro, number, before);
    before += parts.graph().tensor(ids[i]).bytes();
  }
  text.pop_back();
  return text;
}

std::map<std::string, std::string> golden_values(const Parts& parts) {
  const graph::Graph& graph = parts.graph();
  auto values = template_values(parts);
  values["features_of"] = parts.has_frontend() ? " and the functions of frontend.h" : "";
  values["feature_type"] = parts.options.frontend.is_fixed() ? "int16_t" : "float";
  values["work_of"] =
      parts.has_frontend() ? fmt::format(", `work`: {}_SELFTEST_WORK_BYTES, aligned to 8", parts.macro) : std::string();
  values["selftest_detect_bytes"] =
      parts.has_postprocess() ? fmt::format("(({}_DETECT_BYTES + 7) / 8 * 8)", parts.macro) : "0";
  values["seal"] = fmt::format("{:08x}", seal_of(parts.golden));
  values["vector_count"] = std::to_string(parts.golden.size());
  values["all_input_bytes"] = std::to_string(bytes_of(graph, parts.inputs()));
  values["all_output_bytes"] = std::to_string(bytes_of(graph, parts.outputs()));
  values["input_copies"] = for_each_border(
      parts, parts.inputs(), "  copy_bytes({0}_input{2}(test->arena), golden + {3}, {1}_INPUT{2}_BYTES);\n");
  values["output_checks"] = for_each_border(
      parts, parts.outputs(),
      "  if (status == MOTE_OK) {{\n    status = compare_bytes(test, {1}_SELFTEST_OUTPUT, \"output{2}\", "
      "test->vector->output,\n                           {0}_output{2}(test->arena), {3}, {1}_OUTPUT{2}_BYTES);\n  "
      "}}\n");
  return values;
}

std::string vector_tables(const GoldenVector& vector, std::size_t index) {
  std::string text = fmt::format("/* {} */\n", comment_text(vector.name));
  const auto add = [&](const char* type, const char* what, const auto& values) {
    if (values.empty()) return;
    text += table(fmt::format("static const {} {}{}", type, what, index), std::span(values));
  };
  add("int16_t", "samples_s16_", vector.samples_s16);
  add("float", "samples_f32_", vector.samples_f32);
  add("float", "features_", vector.features_f32);
  add("int16_t", "features_", vector.features_s16);
  add("int8_t", "input_", vector.input);
  add("uint64_t", "layer_hashes_", vector.layer_hashes);
  add("int8_t", "output_", vector.output);
  add("int32_t", "sums_", vector.sums);
  return text + '\n';
}

std::string vector_row(const Parts& parts, const GoldenVector& vector, std::size_t index) {
  std::string text = fmt::format("  {{{}, ", string_literal(vector.name));
  if (parts.has_frontend()) {
    const auto pointer = [&](const char* what, bool there) {
      return there ? fmt::format("{}{}, ", what, index) : std::string("NULL, ");
    };
    text += pointer("samples_s16_", !vector.samples_s16.empty());
    if (!parts.options.frontend.is_fixed()) text += pointer("samples_f32_", !vector.samples_f32.empty());
    text += pointer("features_", true);
  }
  text += fmt::format("input_{0}, layer_hashes_{0}, output_{0}", index);
  if (parts.has_postprocess()) text += fmt::format(", {}, sums_{}", vector.detection, index);
  return text + "},\n";
}

}  // namespace

std::string golden_header_text(const Parts& parts) {
  return filled_template("golden.h.in", golden_values(parts));
}

std::string golden_source_text(const Parts& parts) {
  std::string text =
      head_comment(parts, fmt::format("What the desktop computed with {}.", parts.name)) + "#include \"golden.h\"\n\n";
  std::string rows;
  for (std::size_t i = 0; i < parts.golden.size(); ++i) {
    text += vector_tables(parts.golden[i], i);
    rows += vector_row(parts, parts.golden[i], i);
  }
  const graph::Graph& graph = parts.graph();
  text +=
      fmt::format("static const {}_golden_vector vectors[{}] = {{\n{}}};\n\n", parts.name, parts.golden.size(), rows);
  return text +
         fmt::format("const {0}_golden_set {0}_golden = {{\n  {1}_GOLDEN_SEAL, {2}, {3}, {4}, {5}, vectors,\n}};\n",
                     parts.name, parts.macro, parts.golden.size(), layer_count(parts.plan),
                     bytes_of(graph, parts.inputs()), bytes_of(graph, parts.outputs()));
}

std::string selftest_header_text(const Parts& parts) {
  return filled_template("selftest.h.in", golden_values(parts));
}

std::string selftest_source_text(const Parts& parts) {
  return head_comment(parts, fmt::format("The self-test of {}.", parts.name)) +
         "#include \"selftest.h\"\n\n#include \"golden.h\"\n\n" +
         filled_template("selftest.c.in", golden_values(parts));
}

std::string example_text(const Parts& parts) {
  auto values = golden_values(parts);
  values["print_label"] =
      parts.options.labels.empty()
          ? R"(printf("sample %" PRId64 ": class %" PRId32 "\n", heard, label);)"
          : fmt::format(R"(printf("sample %" PRId64 ": %s\n", heard, {}_labels[label]);)", parts.name);
  return filled_template("example_main.c.in", values);
}

}  // namespace mote::exporter
