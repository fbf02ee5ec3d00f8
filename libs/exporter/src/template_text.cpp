#include "template_text.h"

#include <algorithm>
#include <cassert>

#include "embedded_file.h"
#include "mote/base/text.h"

namespace mote::exporter {
namespace {

using Values = std::map<std::string, std::string>;

std::string_view template_of(std::string_view file) {
  const auto all = bundle_templates();
  const auto found = std::find_if(all.begin(), all.end(), [&](const EmbeddedFile& one) { return one.path == file; });
  assert(found != all.end());
  return found->text;
}

const std::string& value_of(const Values& values, const std::string& key) {
  const auto found = values.find(key);
  assert(found != values.end());
  return found->second;
}

}  // namespace

// A pair of '@' on one line is a key; there is no other use of the sign in a template.
std::string filled_line(std::string_view line, const Values& values) {
  std::string result;
  for (;;) {
    const std::size_t begin = line.find('@');
    if (begin == std::string_view::npos) return result.append(line);
    const std::size_t end = line.find('@', begin + 1);
    assert(end != std::string_view::npos);
    result.append(line.substr(0, begin)).append(value_of(values, std::string(line.substr(begin + 1, end - begin - 1))));
    line.remove_prefix(end + 1);
  }
}

std::string filled_template(std::string_view file, const Values& values) {
  return filled_text(template_of(file), values);
}

std::string filled_text(std::string_view source, const Values& values) {
  constexpr std::string_view kIf = "@if ";
  std::string text;
  bool shown = true;
  for (const std::string& line : split(source, '\n')) {
    if (line.starts_with(kIf)) {
      shown = !value_of(values, line.substr(kIf.size(), line.size() - kIf.size() - 1)).empty();
    } else if (line == "@end@") {
      shown = true;
    } else if (shown) {
      text += filled_line(line, values) + '\n';
    }
  }
  text.pop_back();
  return text;
}

}  // namespace mote::exporter
