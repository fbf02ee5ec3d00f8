// The templates of export/, filled in.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace mote::exporter {

// The template `file` of export/bundle ("selftest.c.in") with each @key@ replaced by its value. What stands between a
// line "@if key@" and a line "@end@" stays where `values` has the key with a text that is not empty; conditions do not
// nest. A key that the map lacks is a programmer's mistake (asserted).
std::string filled_template(std::string_view file, const std::map<std::string, std::string>& values);

// The same for a template's text; with keys in a single line of it, for the names of files.
std::string filled_text(std::string_view text, const std::map<std::string, std::string>& values);
std::string filled_line(std::string_view line, const std::map<std::string, std::string>& values);

}  // namespace mote::exporter
