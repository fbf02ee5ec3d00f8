// Files of the source tree that CMake builds into the library, so that an installed mote can measure and knows its
// boards.
#pragma once

#include <span>
#include <string_view>

namespace mote::device {

struct EmbeddedText {
  std::string_view name;  // the file's name, without folder
  std::string_view text;
};

std::span<const EmbeddedText> firmware_files();  // libs/device/firmware
std::span<const EmbeddedText> target_files();    // configs/targets

// The firmware file of that name (asserted to be there).
std::string_view firmware_text(std::string_view name);

}  // namespace mote::device
