#include "mote/exporter/bundle.h"

#include <fmt/format.h>

#include <algorithm>

#include "bundle_files.h"
#include "c_text.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "parts.h"
#include "runtime_selection.h"
#include "single_file.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

// The bundle's own files, without those of the runtime.
std::vector<BundleFile> own_files(const Parts& parts) {
  std::vector<BundleFile> files = model_files(parts);
  for (BundleFile& file : border_files(parts)) files.push_back(std::move(file));
  files.push_back({"golden.h", golden_header_text(parts)});
  files.push_back({"golden.c", golden_source_text(parts)});
  files.push_back({"selftest.h", selftest_header_text(parts)});
  files.push_back({"selftest.c", selftest_source_text(parts)});
  return files;
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
  values["cmsis_nn_kernels"] = join(cmsis_nn_kernels(files), " ");
  values["test_lines"] = "    " + join(test, "\n    ");
  files.push_back({"Makefile", filled_template("Makefile.in", values)});
  files.push_back({"CMakeLists.txt", filled_template("CMakeLists.txt.in", values)});
}

}  // namespace

Bundle make_bundle(const plan::Plan& plan, const BundleOptions& options) {
  options.validate();
  Parts parts{plan, options, options.name, upper_case(options.name), {}, {}};
  if (parts.has_postprocess() && !parts.has_frontend())
    throw Error(ErrorCode::kInvalid,
                "[bundle] wanted a front end for post-processing, got none: its step is counted in frames");
  check_graph(parts);
  add_layers(parts);
  parts.golden = make_golden(plan, options);
  std::vector<BundleFile> files = own_files(parts);
  const std::vector<RuntimeText> runtime = runtime_of(files);
  if (options.files == BundleFiles::kSingle) {
    files = single_file(parts.name, files, runtime);
  } else {
    for (const RuntimeText& file : runtime) files.push_back({file.path, std::string(file.text)});
    add_cmsis_nn(files);
  }
  files.push_back({"example_main.c", example_text(parts)});
  files.push_back({"README.md", readme_text(parts)});
  if (options.files == BundleFiles::kFolder) add_build_files(parts, files);
  std::sort(files.begin(), files.end(), [](const BundleFile& a, const BundleFile& b) { return a.path < b.path; });
  return {std::move(files), parts.arena_bytes()};
}

}  // namespace mote::exporter
