// A folder for intermediate files below the system's place for them; removed with its content at the end.
#pragma once

#include <filesystem>

namespace mote::device {

class WorkFolder {
 public:
  // Errors: kIo.
  WorkFolder();
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace mote::device
