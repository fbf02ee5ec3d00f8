#include "c_scan.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>

#include "mote/base/text.h"

namespace mote::exporter {
namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// The identifier that begins at `at`.
std::string name_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name_character(text[end])) ++end;
  return std::string(text.substr(at, end - at));
}

// Calls `take(name, index behind it)` for each identifier.
template <class Take>
void each_name(std::string_view text, const Take& take) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_name_character(text[at])) {
      ++at;
      continue;
    }
    const std::string name = name_at(text, at);
    at += name.size();
    take(name, at);
  }
}

bool opens_definition(const std::string& line) {
  constexpr std::array<std::string_view, 6> kOthers{"static", "typedef", "extern", "enum", "struct", "union"};
  if (line.empty() || std::isalpha(static_cast<unsigned char>(line[0])) == 0) return false;
  const std::string first = name_at(line, 0);
  return std::find(kOthers.begin(), kOthers.end(), first) == kOthers.end();
}

// What follows the name of a function, an array or an initialized object.
bool is_declarator(std::string_view rest) {
  return rest.starts_with('(') || rest.starts_with('[') || rest.starts_with(" =");
}

}  // namespace

std::string without_comments(std::string_view text) {
  std::string result;
  bool in_comment = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i, 2);
    if (!in_comment && rest == "/*") {
      in_comment = true;
      ++i;
    } else if (in_comment && rest == "*/") {
      in_comment = false;
      ++i;
    } else if (!in_comment || text[i] == '\n') {
      result += text[i];
    }
  }
  return result;
}

std::set<std::string> used_names(std::string_view text, std::string_view prefix) {
  std::set<std::string> names;
  each_name(without_comments(text), [&](const std::string& name, std::size_t) {
    if (name.starts_with(prefix)) names.insert(name);
  });
  return names;
}

std::set<std::string> defined_names(std::string_view text, std::string_view prefix) {
  std::set<std::string> names;
  for (const std::string& line : split(without_comments(text), '\n')) {
    if (!opens_definition(line)) continue;
    bool found = false;
    each_name(line, [&](const std::string& name, std::size_t behind) {
      if (found || !name.starts_with(prefix) || !is_declarator(std::string_view(line).substr(behind))) return;
      found = true;
      names.insert(name);
    });
  }
  return names;
}

std::set<std::string> private_names(std::string_view text) {
  static const std::regex kStatic(R"((?:^|\n)static [^\n;={(]*?\b(\w+)\s*(?:\(|\[|=|;))");
  static const std::regex kType(
      R"(\n\} (\w+);|(?:^|\n)typedef [^\n{}]*\b(\w+);|(?:^|\n)typedef (?:struct|enum|union) (\w+))");
  static const std::regex kEnum(R"((?:^|\n)(?:typedef )?enum [^{;]*\{([^}]*)\})");
  static const std::regex kEnumerator(R"((?:^|,)\s*(\w+))");
  const std::string code = without_comments(text);
  std::set<std::string> names;
  const auto collect = [&names](const std::string& from, const std::regex& pattern) {
    for (std::sregex_iterator match(from.begin(), from.end(), pattern), end; match != end; ++match) {
      for (std::size_t group = 1; group < match->size(); ++group) {
        if ((*match)[group].matched) names.insert((*match)[group].str());
      }
    }
  };
  collect(code, kStatic);
  collect(code, kType);
  for (std::sregex_iterator match(code.begin(), code.end(), kEnum), end; match != end; ++match) {
    collect((*match)[1].str(), kEnumerator);
  }
  return names;
}

}  // namespace mote::exporter
