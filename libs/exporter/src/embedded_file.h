// Files that are part of the program: the runtime's sources, the templates of export/.
#pragma once

#include <span>
#include <string_view>

namespace mote::exporter {

struct EmbeddedFile {
  std::string_view path;  // below libs/runtime, export/bundle or export
  std::string_view text;
};

std::span<const EmbeddedFile> runtime_files();
std::span<const EmbeddedFile> bundle_templates();
std::span<const EmbeddedFile> project_templates();

}  // namespace mote::exporter
