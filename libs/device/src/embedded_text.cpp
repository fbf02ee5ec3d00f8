#include "embedded_text.h"

#include <cassert>

namespace mote::device {

std::string_view firmware_text(std::string_view name) {
  for (const EmbeddedText& file : firmware_files()) {
    if (file.name == name) return file.text;
  }
  assert(false && "no such firmware file");
  return {};
}

}  // namespace mote::device
