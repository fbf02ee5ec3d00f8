#include "mote/exporter/bundle.h"

#include <fmt/format.h>

#include <algorithm>

#include "c_scan.h"
#include "c_text.h"
#include "layer_text.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "parts.h"
#include "runtime_selection.h"
#include "single_file.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

void check_graph(const Parts& parts) {
  const graph::Graph& graph = parts.graph();
  const std::int64_t classes = graph.tensor(graph.outputs.front()).elements();
  const auto labels = static_cast<std::int64_t>(parts.options.labels.size());
  if (labels != 0 && labels != classes) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[bundle] wanted a label for each of the {} outputs, got {}", classes, labels));
  }
  if (parts.runs_executor() && !parts.plan.is_portable()) {
    throw Error(ErrorCode::kInvalid,
                "[bundle] the executor runs the runtime's kernels only: plan without others, or choose the form calls");
  }
  if (parts.streams() && graph.inputs != parts.options.streaming->step.inputs) {
    throw Error(ErrorCode::kInvalid, "[bundle] wanted the plan of the streaming graph's step, got another one");
  }
  const mote_postprocess_settings* const post = parts.options.postprocess.settings;
  if (post != nullptr && (graph.outputs.size() != 1 || post->classes != classes)) {
    throw Error(ErrorCode::kInvalid, fmt::format("[bundle] wanted one output of {} values for post-processing, got {}",
                                                 post->classes, classes));
  }
  for (graph::TensorId id : graph.outputs) {
    if (!graph.tensor(id).constant) continue;
    throw Error(ErrorCode::kUnsupported,
                fmt::format("[bundle] output '{}' is a constant: there is nothing to run", graph.tensor(id).name));
  }
}

// Header and source of a core. Its text names its header by itself, which stands beside it.
void add_core(const codegen::Core& core, std::vector<BundleFile>& files) {
  const std::string path = core_path(core.name);
  const std::string guard = upper_case(core.name) + "_H_";
  files.push_back({path + ".h", fmt::format("#ifndef {0}\n#define {0}\n\n#include <stdint.h>\n\n{1}\n#endif\n", guard,
                                            core.header)});
  files.push_back({path + ".c", fmt::format("#include \"{}.h\"\n\n{}", path, core.source)});
}

// The bundle's own files, without those of the runtime.
std::vector<BundleFile> own_files(const Parts& parts) {
  std::vector<BundleFile> files{
      {parts.name + ".h", header_text(parts)},     {"model.c", model_text(parts)},
      {"golden.h", golden_header_text(parts)},     {"golden.c", golden_source_text(parts)},
      {"selftest.h", selftest_header_text(parts)}, {"selftest.c", selftest_source_text(parts)}};
  if (parts.has_frontend()) {
    files.push_back({"frontend.h", frontend_header_text(parts)});
    files.push_back({"frontend.c", frontend_source_text(parts)});
  }
  if (parts.listens()) {
    files.push_back({"listen.h", listen_header_text(parts)});
    files.push_back({"listen.c", listen_source_text(parts)});
  }
  if (parts.has_postprocess()) {
    files.push_back({"postprocess.h", postprocess_header_text(parts)});
    files.push_back({"postprocess.c", postprocess_source_text(parts)});
  }
  for (const auto& [name, core] : parts.cores()) add_core(core, files);
  return files;
}

std::vector<RuntimeText> runtime_of(const std::vector<BundleFile>& files) {
  const std::set<std::string> runtime_functions = all_runtime_functions();
  std::set<std::string> functions{"mote_status_text"};
  std::set<std::string> headers;
  for (const BundleFile& file : files) {
    for (const std::string& name : used_names(file.text, "mote_")) {
      if (runtime_functions.contains(name)) functions.insert(name);
    }
    for (const std::string& include : quoted_includes(file.path, file.text)) {
      if (include.starts_with("mote/runtime/")) headers.insert(include);
    }
  }
  return select_runtime(functions, headers);
}

bool is_source(const BundleFile& file) {
  return file.path.ends_with(".c");
}

bool is_test(const BundleFile& file) {
  return file.path == "golden.c" || file.path == "selftest.c" || file.path == "example_main.c";
}

std::vector<std::string> sources(const std::vector<BundleFile>& files, bool (*chosen)(const BundleFile&)) {
  std::vector<std::string> paths;
  for (const BundleFile& file : files) {
    if (is_source(file) && chosen(file)) paths.push_back(file.path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void add_build_files(const Parts& parts, std::vector<BundleFile>& files) {
  const auto library = sources(files, [](const BundleFile& file) { return !is_test(file); });
  const auto test = sources(files, is_test);
  auto values = template_values(parts);
  values["at"] = "@";
  values["library_rows"] = "  " + join(library, " \\\n  ");
  values["test_rows"] = "  " + join(test, " \\\n  ");
  values["library_lines"] = "  " + join(library, "\n  ");
  values["test_lines"] = "    " + join(test, "\n    ");
  files.push_back({"Makefile", filled_template("Makefile.in", values)});
  files.push_back({"CMakeLists.txt", filled_template("CMakeLists.txt.in", values)});
}

}  // namespace

Bundle make_bundle(const plan::Plan& plan, const BundleOptions& options) {
  options.validate();
  Parts parts{plan, options, options.name, upper_case(options.name), {}, {}};
  check_graph(parts);
  for (std::size_t step = 0; step < plan.steps.size() && !parts.runs_executor(); ++step) {
    parts.layers.push_back(layer_function(plan, step, options.instruction_set));
  }
  parts.golden = make_golden(plan, options);
  std::vector<BundleFile> files = own_files(parts);
  const std::vector<RuntimeText> runtime = runtime_of(files);
  if (options.files == BundleFiles::kSingle) {
    files = single_file(parts.name, files, runtime);
  } else {
    for (const RuntimeText& file : runtime) files.push_back({file.path, std::string(file.text)});
  }
  files.push_back({"example_main.c", example_text(parts)});
  files.push_back({"README.md", readme_text(parts)});
  if (options.files == BundleFiles::kFolder) add_build_files(parts, files);
  std::sort(files.begin(), files.end(), [](const BundleFile& a, const BundleFile& b) { return a.path < b.path; });
  return {std::move(files), parts.arena_bytes()};
}

}  // namespace mote::exporter
