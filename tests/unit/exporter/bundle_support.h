// Writes bundles into a temporary folder, compiles and runs them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "int8_graphs.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/process.h"
#include "mote/codegen/plan_for.h"
#include "mote/exporter/bundle.h"
#include "mote/exporter/bundle_folder.h"

namespace mote::exporter {

// A network whose plan takes kernels made for cores wherever there are some.
inline Bundle made_for(codegen::InstructionSet set, BundleFiles files) {
  BundleOptions options;
  options.instruction_set = set;
  options.files = files;
  return make_bundle(codegen::plan_for(test::network_graph(4), set, {plan::Optimize::kSpeed, {}}), options);
}

// What a bundle can be.
struct Form {
  const char* name;
  BundleForm form;
  BundleFiles files;

  BundleOptions options(const std::string& bundle) const {
    BundleOptions options;
    options.name = bundle;
    options.form = form;
    options.files = files;
    return options;
  }
};

inline constexpr Form kForms[] = {{"calls", BundleForm::kCalls, BundleFiles::kFolder},
                                  {"tables", BundleForm::kTables, BundleFiles::kFolder},
                                  {"calls_single", BundleForm::kCalls, BundleFiles::kSingle},
                                  {"tables_single", BundleForm::kTables, BundleFiles::kSingle}};

inline void PrintTo(const Form& form, std::ostream* stream) {
  *stream << form.name;
}

// A folder of this process that is removed at the end.
class TestFolder {
 public:
  TestFolder() : path_(std::filesystem::temp_directory_path() / ("mote_bundle_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    make_folder(path_);
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline const std::vector<std::string>& strict_flags() {
  static const std::vector<std::string> flags{"-std=c99", "-pedantic",         "-Wall", "-Wextra", "-Wconversion",
                                              "-Werror",  "-ffp-contract=off", "-I."};
  return flags;
}

// The C files of a bundle, as paths below its folder.
inline std::vector<std::string> c_files(const Bundle& bundle) {
  std::vector<std::string> paths;
  for (const BundleFile& file : bundle.files) {
    if (file.path.ends_with(".c")) paths.push_back(file.path);
  }
  return paths;
}

inline ProcessResult compile(const std::vector<std::string>& compiler, const std::filesystem::path& folder,
                             const std::vector<std::string>& files, const std::vector<std::string>& more) {
  std::vector<std::string> command = compiler;
  command.insert(command.end(), strict_flags().begin(), strict_flags().end());
  command.insert(command.end(), more.begin(), more.end());
  command.insert(command.end(), files.begin(), files.end());
  return run_process(command, folder);
}

// Compiles all of a bundle that was written into `folder` and runs its self-test.
inline ProcessResult selftest(const std::string& compiler, const std::filesystem::path& folder, const Bundle& bundle) {
  const ProcessResult compiled =
      compile({compiler}, folder, c_files(bundle), {"-O0", "-DMOTE_OBSERVE", "-DMOTE_SELFTEST", "-o", "selftest.out"});
  if (compiled.exit_code != 0) return compiled;
  const ProcessResult result = run_process({(folder / "selftest.out").string()}, folder);
  std::filesystem::remove(folder / "selftest.out");
  return result;
}

}  // namespace mote::exporter
