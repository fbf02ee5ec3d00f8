// Files that are part of the program: the runtime's sources, the templates of export/bundle.
#pragma once

#include <span>
#include <string_view>

namespace mote::exporter {

struct EmbeddedFile {
  std::string_view path;  // below libs/runtime or export/bundle
  std::string_view text;
};

std::span<const EmbeddedFile> runtime_files();
std::span<const EmbeddedFile> bundle_templates();

}  // namespace mote::exporter
