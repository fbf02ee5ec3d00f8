#include "single_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "c_scan.h"
#include "c_text.h"
#include "mote/base/text.h"

namespace mote::exporter {
namespace {

// The parts of a bundle in the order in which one file can hold them.
constexpr std::array<std::string_view, 4> kTestFiles{"golden.h", "golden.c", "selftest.h", "selftest.c"};

// Public ones beside that of the model, each behind those that it includes.
constexpr std::array<std::string_view, 4> kFurtherHeaders{"frontend.h", "listen.h", "hear.h", "postprocess.h"};

bool is_test(std::string_view path) {
  return std::find(kTestFiles.begin(), kTestFiles.end(), path) != kTestFiles.end();
}

// A routine that layers share; only model.c names it.
bool is_core(std::string_view path) {
  return path.starts_with("mote/cores/");
}

bool is_header(std::string_view path) {
  return path.ends_with(".h");
}

// "mote/src/kernels/mote_add_s8.c" -> "mote_add_s8_".
std::string private_prefix(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  std::string stem = path.substr(slash == std::string::npos ? 0 : slash + 1);
  return stem.substr(0, stem.rfind('.')) + "_";
}

std::string without_quoted_includes(std::string_view text) {
  std::string result;
  for (const std::string& line : split(text, '\n')) {
    if (!line.starts_with("#include \"")) result += line + '\n';
  }
  result.pop_back();
  return result;
}

struct Piece {
  std::string path;
  std::string text;
  std::set<std::string> names;  // private ones
};

class Amalgamation {
 public:
  void add(const std::string& path, std::string_view text) {
    pieces_.push_back(
        {path, without_quoted_includes(text), is_header(path) ? std::set<std::string>{} : private_names(text)});
    for (const std::string& name : pieces_.back().names) ++uses_[name];
  }

  std::string text() const {
    std::string result;
    for (const Piece& piece : pieces_) result += wrapped(piece);
    return result;
  }

 private:
  std::string wrapped(const Piece& piece) const {
    std::string before;
    std::string after;
    for (const std::string& name : piece.names) {
      if (uses_.at(name) < 2) continue;
      before += fmt::format("#define {} {}{}\n", name, private_prefix(piece.path), name);
      after += fmt::format("#undef {}\n", name);
    }
    return fmt::format("/* ---- {} ---- */\n\n{}{}{}\n", piece.path, before, piece.text, after);
  }

  std::vector<Piece> pieces_;
  std::map<std::string, int> uses_;
};

const std::string& text_of(const std::vector<BundleFile>& files, std::string_view path) {
  return std::find_if(files.begin(), files.end(), [&](const BundleFile& file) { return file.path == path; })->text;
}

bool has(const std::vector<BundleFile>& files, std::string_view path) {
  return std::any_of(files.begin(), files.end(), [&](const BundleFile& file) { return file.path == path; });
}

std::string header(const std::string& name, const std::vector<BundleFile>& own, const std::set<std::string>& shown,
                   const std::vector<RuntimeText>& runtime) {
  Amalgamation all;
  for (const RuntimeText& file : runtime) {
    if (shown.contains(file.path)) all.add(file.path, file.text);
  }
  all.add(name + ".h", text_of(own, name + ".h"));
  for (std::string_view path : kFurtherHeaders) {
    if (has(own, path)) all.add(std::string(path), text_of(own, path));
  }
  Amalgamation test;
  test.add("selftest.h", text_of(own, "selftest.h"));
  const std::string guard = upper_case(name) + "_ALL_H_";
  return fmt::format(
      "#ifndef {0}\n#define {0}\n\n#if defined(MOTE_SELFTEST) && !defined(MOTE_OBSERVE)\n#define "
      "MOTE_OBSERVE\n#endif\n\n"
      "{1}\n#ifdef MOTE_SELFTEST\n{2}#endif\n\n#endif /* {0} */\n",
      guard, all.text(), test.text());
}

// The headers of the runtime that the public header needs, each with those that it includes.
std::set<std::string> public_headers(const std::vector<BundleFile>& own, const std::vector<RuntimeText>& runtime) {
  std::vector<std::string> open;
  for (const BundleFile& file : own) {
    if (!is_header(file.path) || is_core(file.path)) continue;
    for (const std::string& include : quoted_includes(file.path, file.text)) open.push_back(include);
  }
  std::set<std::string> shown;
  while (!open.empty()) {
    const std::string path = open.back();
    open.pop_back();
    const auto found =
        std::find_if(runtime.begin(), runtime.end(), [&](const RuntimeText& file) { return file.path == path; });
    if (found == runtime.end() || !shown.insert(path).second) continue;
    for (const std::string& include : quoted_includes(path, found->text)) open.push_back(include);
  }
  return shown;
}

}  // namespace

std::vector<BundleFile> single_file(const std::string& name, const std::vector<BundleFile>& own,
                                    const std::vector<RuntimeText>& runtime) {
  const std::set<std::string> shown = public_headers(own, runtime);
  Amalgamation all;
  for (const RuntimeText& file : runtime) {
    if (!shown.contains(file.path)) all.add(file.path, file.text);
  }
  for (const BundleFile& file : own) {
    if (is_header(file.path) && is_core(file.path)) all.add(file.path, file.text);
  }
  for (const BundleFile& file : own) {
    if (!is_header(file.path) && !is_test(file.path)) all.add(file.path, file.text);
  }
  Amalgamation test;
  for (std::string_view path : {"golden.h", "golden.c", "selftest.c"}) test.add(std::string(path), text_of(own, path));
  const std::string source =
      fmt::format("#include \"{}_all.h\"\n\n{}\n#ifdef MOTE_SELFTEST\n{}#endif\n", name, all.text(), test.text());
  return {{name + "_all.h", header(name, own, shown, runtime)}, {name + "_all.c", source}};
}

}  // namespace mote::exporter
