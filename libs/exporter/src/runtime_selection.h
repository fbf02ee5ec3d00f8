// Which files of the runtime a bundle needs: those that define the functions it names, those that these name, and the
// headers of all of them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mote::exporter {

struct RuntimeText {
  std::string path;  // in the bundle: "mote/runtime/types.h", "mote/src/kernels/mote_add_s8.c"
  std::string_view text;
};

// Headers first, each behind those that it includes; then sources, ascending by path. `functions` and `headers`
// ("mote/runtime/status.h") are what the bundle's own files use. Errors: kUnsupported for a function that no source of
// the runtime defines, or a header that is not there.
std::vector<RuntimeText> select_runtime(const std::set<std::string>& functions, const std::set<std::string>& headers);

// Every function and object that a source of the runtime defines.
std::set<std::string> all_runtime_functions();

// The files that `text`, at `path` of the bundle, includes by quotes, as paths of the bundle.
std::vector<std::string> quoted_includes(const std::string& path, std::string_view text);

}  // namespace mote::exporter
