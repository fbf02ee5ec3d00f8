#include "mote/exporter/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "bundle_files.h"
#include "c_text.h"
#include "embedded_file.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/plan/cost.h"
#include "project_parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

using Values = std::map<std::string, std::string>;

// What the structs of a detector take beside the memories that are counted.
constexpr std::int64_t kDetectorBytes = 128;

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::kInvalid, "[project] " + message);
}

std::string setting(const Ecosystem& ecosystem, const std::string& key) {
  const auto found = ecosystem.settings.find(key);
  return found == ecosystem.settings.end() ? "" : found->second;
}

std::string board_of(const ProjectOptions& options, const Ecosystem& ecosystem) {
  if (options.board.empty()) return ecosystem.settings.at("default_board");
  check_board(ecosystem, options.board);
  return options.board;
}

// <name>.h must not stand before another header of the project.
void check_name(const std::string& name) {
  constexpr std::array<std::string_view, 5> kTaken{"main", "model_data", "semihost", "sensor", "tensorflow"};
  if (std::ranges::find(kTaken, name) == kTaken.end()) return;
  fail(fmt::format("the name '{}' is taken by a file of the project: choose another with --name", name));
}

void check_borders(const graph::Graph& graph, const ProjectOptions& options) {
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1)
    fail(
        fmt::format("wanted a model of one input and one output, got {} and {}: export --format c and write the main "
                    "file",
                    graph.inputs.size(), graph.outputs.size()));
  const std::int64_t outputs = graph.tensor(graph.outputs.front()).elements();
  const mote_postprocess_settings* const post = options.bundle.postprocess.settings;
  if (post == nullptr) fail("wanted post-processing, got none");
  if (post->classes != outputs)
    fail(fmt::format("wanted post-processing of {} outputs, got {}", outputs, post->classes));
}

void check_features(const ProjectParts& project) {
  const BundleFrontend& frontend = project.frontend();
  if (!frontend.exists()) return;
  if (frontend.is_fixed() && project.options.detector.sample_type != MOTE_SAMPLE_S16)
    fail("wanted samples of 16 bits for a fixed-point front end, got floats");
  const graph::Graph& graph = project.parts.graph();
  const std::int64_t wanted = graph.tensor(graph.inputs.front()).elements();
  const std::int64_t got = std::int64_t{frontend.frames()} * frontend.coefficients();
  if (got != wanted) fail(fmt::format("wanted as many features as the model takes, {}, got {}", wanted, got));
}

void check_limits(const ProjectParts& project) {
  const BundleOptions& bundle = project.options.bundle;
  const std::int64_t arena = project.arena_bytes();
  const std::int64_t samples = project.sample_memory_bytes();
  const std::int64_t post = project.postprocess_bytes();
  const std::int64_t ram = arena + samples + post + kDetectorBytes;
  if (bundle.ram_limit_bytes != 0 && ram > bundle.ram_limit_bytes)
    fail(
        fmt::format("{} has {} bytes of RAM for the model, needed are {}: arena {}, samples and features {}, "
                    "post-processing {}: take a larger board or a smaller model",
                    project.options.board_name, bundle.ram_limit_bytes, ram, arena, samples, post));
  const std::int64_t flash = project.runs_tflm() ? static_cast<std::int64_t>(project.options.tflite.size())
                                                 : plan::cost(project.parts.plan).flash_bytes();
  if (bundle.flash_limit_bytes != 0 && flash > bundle.flash_limit_bytes)
    fail(fmt::format("{} has {} bytes of flash for the model, needed are {}: take a larger board or a smaller model",
                     project.options.board_name, bundle.flash_limit_bytes, flash));
}

std::vector<BundleFile> model_and_runtime(const ProjectParts& project) {
  std::vector<BundleFile> files = detector_files(project);
  const auto append = [&](std::vector<BundleFile> more) {
    for (BundleFile& file : more) files.push_back(std::move(file));
  };
  append(project.runs_tflm() ? tflm_files(project) : model_files(project.parts));
  append(border_files(project.parts));
  for (const RuntimeText& file : runtime_of(files)) files.push_back({file.path, std::string(file.text)});
  std::ranges::sort(files, {}, &BundleFile::path);
  return files;
}

// Where a build system takes no flags for a library, each source says itself that sums of products are rounded twice.
void forbid_contraction(BundleFile& file) {
  if (!file.path.ends_with(".c")) return;
  file.text =
      "#if defined(__clang__)\n#pragma STDC FP_CONTRACT OFF\n#elif defined(__GNUC__)\n"
      "#pragma GCC optimize(\"-ffp-contract=off\")\n#endif\n" +
      file.text;
}

// The model's files at their place in the ecosystem.
std::vector<BundleFile> placed_files(const ProjectParts& project, const Values& values) {
  const std::string folder = filled_line(setting(project.ecosystem, "bundle"), values);
  const std::string suffix = setting(project.ecosystem, "cxx_suffix");
  std::vector<BundleFile> files = model_and_runtime(project);
  for (BundleFile& file : files) {
    if (setting(project.ecosystem, "contraction") == "pragma") forbid_contraction(file);
    if (!suffix.empty() && file.path.ends_with(".cc")) file.path.replace(file.path.size() - 3, 3, suffix);
    file.path = folder + "/" + file.path;
  }
  return files;
}

// Paths that end so, indented, without their first `cut` letters.
std::string rows(const std::vector<BundleFile>& files, std::string_view suffix, std::string_view after,
                 std::size_t cut = 0) {
  std::vector<std::string> paths;
  for (const BundleFile& file : files)
    if (file.path.ends_with(suffix)) paths.push_back("  " + file.path.substr(cut));
  return join(paths, after);
}

// Sources as lines and rows of build files; "local": below the model's own folder.
void add_sources(const std::vector<BundleFile>& files, Values& values) {
  const std::string& cxx = values.at("cxx_suffix");
  const auto lines = [&](std::size_t cut) {
    const std::string c = rows(files, ".c", "\n", cut);
    const std::string more = rows(files, cxx, "\n", cut);
    return more.empty() ? c : c + "\n" + more;
  };
  values["source_lines"] = lines(0);
  values["local_source_lines"] = lines(values.at("bundle_folder").size() + 1);
  values["c_source_rows"] = rows(files, ".c", " \\\n");
  values["cxx_source_rows"] = rows(files, cxx, " \\\n");
}

// "sensor_pdm" where the board has such a driver for what the model wants; "sensor_hook" where the user writes it.
void add_sensor(const ProjectParts& project, const std::string& board, Values& values) {
  for (const auto& [id, keys] : project.ecosystem.boards)
    for (const auto& [key, value] : keys)
      if (key == "microphone" || key == "imu") values["sensor_" + value];
  values["sensor_hook"];
  if (project.sensor() == Sensor::kNone) return;
  const auto& keys = project.ecosystem.boards.at(board);
  const auto driver = keys.find(project.sensor() == Sensor::kMicrophone ? "microphone" : "imu");
  values["sensor_" + (driver == keys.end() ? "hook" : driver->second)] = "yes";
}

Values project_values(const ProjectParts& project, const std::string& board) {
  Values values = template_values(project.parts);
  const auto flag = [&](const char* key, bool is) { values[key] = is ? "yes" : ""; };
  flag("tflm", project.runs_tflm());
  flag("mote_runtime", !project.runs_tflm());
  flag("microphone", project.sensor() == Sensor::kMicrophone);
  flag("imu", project.sensor() == Sensor::kImu);
  flag("no_frontend", project.sensor() == Sensor::kNone);
  flag("no_labels", project.options.bundle.labels.empty());
  values["at"] = "@";
  values["title"] = project.ecosystem.title;
  values["board"] = board;
  values["board_name"] = project.options.board_name.empty() ? board : project.options.board_name;
  values["sample_rate_hz"] = std::to_string(project.options.detector.sample_rate_hz);
  values["project_arena_bytes"] = group_digits(project.arena_bytes());
  values["sample_memory_bytes"] = group_digits(project.sample_memory_bytes());
  values["channels"] = std::to_string(project.frontend().exists() ? project.frontend().channels() : 0);
  const std::string suffix = setting(project.ecosystem, "cxx_suffix");
  values["cxx_suffix"] = suffix.empty() ? ".cc" : suffix;
  for (const auto& [id, keys] : project.ecosystem.boards)
    for (const auto& [key, value] : keys) values["board_" + key];
  for (const auto& [key, value] : project.ecosystem.boards.at(board)) values["board_" + key] = value;
  for (const auto& [key, value] : project.options.values) values[key] = value;
  add_sensor(project, board, values);
  values["bundle_folder"] = filled_line(setting(project.ecosystem, "bundle"), values);
  values["main_file"] = filled_line(setting(project.ecosystem, "main"), values);
  values["build_commands"] = filled_line(setting(project.ecosystem, "build"), values);
  return values;
}

// What is nothing but blanks with these values is not written.
void add_text(std::string_view path, std::string_view text, const Values& values, std::vector<BundleFile>& files) {
  std::string filled = filled_text(text, values);
  if (!trim(filled).empty()) files.push_back({filled_line(path, values), std::move(filled)});
}

// The templates of the ecosystem, and those of export/common that its "file.PATH = TEMPLATE" names.
void add_templates(const Ecosystem& ecosystem, const Values& values, std::vector<BundleFile>& files) {
  constexpr std::string_view kSuffix = ".in";
  const std::string folder = ecosystem.name + "/";
  for (const EmbeddedFile& file : project_templates()) {
    if (!file.path.ends_with(kSuffix)) continue;
    const std::string_view stem = file.path.substr(0, file.path.size() - kSuffix.size());
    if (stem.starts_with(folder)) add_text(stem.substr(folder.size()), file.text, values, files);
    for (const auto& [path, name] : ecosystem.common_files)
      if (stem == "common/" + name) add_text(path, file.text, values, files);
  }
}

}  // namespace

std::int64_t ProjectParts::arena_bytes() const {
  return runs_tflm() ? plan::tflm_arena_bytes(parts.graph()) : parts.arena_bytes();
}

Bundle make_project(const plan::Plan& plan, const ProjectOptions& options) {
  const Ecosystem& ecosystem = find_ecosystem(options.ecosystem);
  const std::string board = board_of(options, ecosystem);
  options.bundle.validate();
  check_name(options.bundle.name);
  ProjectParts project{
      {plan, options.bundle, options.bundle.name, upper_case(options.bundle.name), {}, {}}, options, ecosystem};
  check_borders(plan.graph, options);
  check_graph(project.parts);
  check_features(project);
  check_limits(project);
  if (!project.runs_tflm()) add_layers(project.parts);
  Values values = project_values(project, board);
  std::vector<BundleFile> files = placed_files(project, values);
  add_sources(files, values);
  add_templates(ecosystem, values, files);
  for (const BundleFile& file : options.files) files.push_back(file);
  std::ranges::sort(files, {}, &BundleFile::path);
  return {std::move(files), project.arena_bytes()};
}

}  // namespace mote::exporter
