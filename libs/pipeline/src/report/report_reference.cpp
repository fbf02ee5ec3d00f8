// Visitor of the field table: docs/report.md.
#include <fmt/format.h>

#include <set>
#include <type_traits>

#include "mote/pipeline/report_schema.h"
#include "report/report_fields.h"

namespace mote::pipeline {

namespace {

// The type of a field as the reference names it, and the structure it leads to, if any.
template <class T>
struct Kind {
  using Inner = void;
  static std::string name() {
    if constexpr (std::is_same_v<T, bool>) return "bool";
    if constexpr (std::is_same_v<T, std::string>) return "text";
    if constexpr (std::is_floating_point_v<T>) return "number";
    return "integer";
  }
};
template <class T>
requires requires {
  Fields<T>::kName;
}
struct Kind<T> {
  using Inner = T;
  static std::string name() {
    std::string anchor = Fields<T>::kName;
    for (char& letter : anchor) letter = letter == ' ' ? '-' : letter;
    return fmt::format("[{}](#{})", Fields<T>::kName, anchor);
  }
};
template <class T>
struct Kind<std::optional<T>> {
  using Inner = typename Kind<T>::Inner;
  static std::string name() { return Kind<T>::name() + ", optional"; }
};
template <class T>
struct Kind<std::vector<T>> {
  using Inner = typename Kind<T>::Inner;
  static std::string name() { return "list of " + Kind<T>::name(); }
};

template <class Class, class Value>
Value type_of(Value Class::*);

// One table a structure, depth first, each once.
template <class T>
void describe(std::string& text, std::set<std::string>& done) {
  if (!done.insert(Fields<T>::kName).second) return;
  text += fmt::format("\n## {}\n\n| key | type | meaning |\n|---|---|---|\n", Fields<T>::kName);
  if constexpr (std::is_same_v<T, Report>) {
    text += fmt::format("| `schema` | text | always `\"{}\"` |\n", kReportSchema);
  }
  Fields<T>::each([&](const char* key, auto member, const char* meaning) {
    using Value = decltype(type_of(member));
    text += fmt::format("| `{}` | {} | {} |\n", key, Kind<Value>::name(), meaning);
  });
  Fields<T>::each([&](const char*, auto member, const char*) {
    using Inner = typename Kind<decltype(type_of(member))>::Inner;
    if constexpr (!std::is_void_v<Inner>) describe<Inner>(text, done);
  });
}

constexpr const char* kPreface = R"(# report.json

Every run writes `report.json`; `report.html` shows the same content. This page is made from the table in
`libs/pipeline/src/report/report_fields.h` that also writes and reads the file; a test holds the three together.

* Rates and scores are between 0 and 1; sizes are in bytes; losses in nats. Units stand in names: `_hz`, `_s`, `_bytes`.
* An optional field, and a list without entries, has no key. A reader passes over keys that it does not know.
* The schema's number rises when a field changes its meaning or goes away, not when one is added.
* The same recipe and seed give the same file, byte for byte, on one instruction set; `timings` alone is exempt.
* Formulas and their sources stand in the headers of `libs/evaluate`.
)";

}  // namespace

std::string report_reference_markdown() {
  std::string text = kPreface;
  std::set<std::string> done;
  describe<Report>(text, done);
  return text;
}

}  // namespace mote::pipeline
