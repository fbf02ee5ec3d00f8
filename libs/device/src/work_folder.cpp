#include "work_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "mote/base/error.h"

namespace mote::device {

WorkFolder::WorkFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "mote-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw Error(ErrorCode::kIo, fmt::format("cannot make the folder '{}': {}", name, std::strerror(errno)));
  path_ = name;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace mote::device
