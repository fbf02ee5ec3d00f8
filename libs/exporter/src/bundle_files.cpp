#include "bundle_files.h"

#include <fmt/format.h>

#include "c_scan.h"
#include "c_text.h"
#include "layer_text.h"
#include "mote/base/error.h"

namespace mote::exporter {
namespace {

// Header and source of a core. Its text names its header by itself, which stands beside it.
void add_core(const codegen::Core& core, std::vector<BundleFile>& files) {
  const std::string path = core_path(core.name);
  const std::string guard = upper_case(core.name) + "_H_";
  files.push_back({path + ".h", fmt::format("#ifndef {0}\n#define {0}\n\n#include <stdint.h>\n\n{1}\n#endif\n", guard,
                                            core.header)});
  files.push_back({path + ".c", fmt::format("#include \"{}.h\"\n\n{}", path, core.source)});
}

}  // namespace

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
  if (post != nullptr && (parts.outputs().size() != 1 || post->classes != classes)) {
    throw Error(ErrorCode::kInvalid, fmt::format("[bundle] wanted one output of {} values for post-processing, got {}",
                                                 post->classes, classes));
  }
  for (graph::TensorId id : graph.outputs) {
    if (!graph.tensor(id).constant) continue;
    throw Error(ErrorCode::kUnsupported,
                fmt::format("[bundle] output '{}' is a constant: there is nothing to run", graph.tensor(id).name));
  }
}

void add_layers(Parts& parts) {
  for (std::size_t step = 0; step < parts.plan.steps.size() && !parts.runs_executor(); ++step) {
    parts.layers.push_back(layer_function(parts.plan, step, parts.options.instruction_set));
  }
}

std::vector<BundleFile> border_files(const Parts& parts) {
  std::vector<BundleFile> files;
  const auto add = [&](const std::string& stem, std::string header, std::string source) {
    files.push_back({stem + ".h", std::move(header)});
    files.push_back({stem + ".c", std::move(source)});
  };
  if (parts.has_frontend()) add("frontend", frontend_header_text(parts), frontend_source_text(parts));
  if (parts.listens()) add("listen", listen_header_text(parts), listen_source_text(parts));
  if (parts.hears_hops()) add("hear", hear_header_text(parts), hear_source_text(parts));
  if (parts.has_postprocess()) add("postprocess", postprocess_header_text(parts), postprocess_source_text(parts));
  return files;
}

std::vector<BundleFile> model_files(const Parts& parts) {
  std::vector<BundleFile> files{{parts.name + ".h", header_text(parts)}, {"model.c", model_text(parts)}};
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

}  // namespace mote::exporter
