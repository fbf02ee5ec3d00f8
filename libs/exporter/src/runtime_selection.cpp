#include "runtime_selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "c_scan.h"
#include "embedded_file.h"
#include "mote/base/error.h"
#include "mote/base/text.h"

namespace mote::exporter {
namespace {

constexpr std::string_view kPrefix = "mote_";

std::string bundle_path(std::string_view path) {
  constexpr std::string_view kInclude = "include/";
  if (path.starts_with(kInclude)) return std::string(path.substr(kInclude.size()));
  return "mote/" + std::string(path);
}

bool is_source(const std::string& path) {
  return path.ends_with(".c");
}

class Selection {
 public:
  Selection() {
    for (const EmbeddedFile& file : runtime_files()) {
      const std::string path = bundle_path(file.path);
      texts_.emplace(path, file.text);
      if (!is_source(path)) continue;
      for (const std::string& name : defined_names(file.text, kPrefix)) definer_.emplace(name, path);
    }
  }

  void need_function(const std::string& name) {
    const auto found = definer_.find(name);
    if (found == definer_.end()) fail("function", name);
    need_source(found->second);
  }

  // Depth first: a header stands behind those that it includes.
  void need_header(const std::string& path) {
    const auto found = texts_.find(path);
    if (found == texts_.end()) fail("header", path);
    if (!seen_.insert(path).second) return;
    for (const std::string& include : quoted_includes(path, found->second)) need_header(include);
    headers_.push_back({path, found->second});
  }

  std::vector<RuntimeText> take() {
    std::vector<RuntimeText> all = std::move(headers_);
    for (const std::string& path : sources_) all.push_back({path, texts_.at(path)});
    return all;
  }

 private:
  [[noreturn]] static void fail(const char* what, const std::string& name) {
    throw Error(ErrorCode::kUnsupported, fmt::format("[bundle] the runtime has no {} '{}'", what, name));
  }

  void need_source(const std::string& path) {
    if (!sources_.insert(path).second) return;
    const std::string_view text = texts_.at(path);
    for (const std::string& include : quoted_includes(path, text)) need_header(include);
    for (const std::string& name : used_names(text, kPrefix)) {
      const auto found = definer_.find(name);
      if (found != definer_.end()) need_source(found->second);
    }
  }

  std::map<std::string, std::string_view> texts_;
  std::map<std::string, std::string> definer_;  // function or op to source
  std::set<std::string> seen_;
  std::vector<RuntimeText> headers_;
  std::set<std::string> sources_;
};

}  // namespace

std::vector<std::string> quoted_includes(const std::string& path, std::string_view text) {
  constexpr std::string_view kInclude = "#include \"";
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::vector<std::string> found;
  for (const std::string& line : split(text, '\n')) {
    if (!line.starts_with(kInclude)) continue;
    const std::string name = line.substr(kInclude.size(), line.find('"', kInclude.size()) - kInclude.size());
    const bool from_root = name.starts_with("mote/");
    found.push_back(from_root ? name : (folder / name).lexically_normal().generic_string());
  }
  return found;
}

std::set<std::string> all_runtime_functions() {
  std::set<std::string> names;
  for (const EmbeddedFile& file : runtime_files()) {
    if (is_source(bundle_path(file.path))) names.merge(defined_names(file.text, kPrefix));
  }
  return names;
}

std::vector<RuntimeText> select_runtime(const std::set<std::string>& functions, const std::set<std::string>& headers) {
  Selection selection;
  for (const std::string& header : headers) selection.need_header(header);
  for (const std::string& name : functions) selection.need_function(name);
  return selection.take();
}

}  // namespace mote::exporter
