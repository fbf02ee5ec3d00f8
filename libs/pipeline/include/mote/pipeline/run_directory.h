// A run directory: where the artefacts of a run lie, which stage made them from what, and the lock that keeps two runs
// apart.
//
// Each stage is keyed by a hash of what shapes it. A stage whose key and files are as recorded is current and is not
// done again; a stage of another key is stale and is redone; a recorded file whose content changed is an error, because
// somebody's work may lie in it. State is in state.json, written atomically after each stage.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/file.h"

namespace mote::pipeline {

class RunDirectory {
 public:
  // Makes the folder, takes its lock and removes the temporary files of killed runs. Errors: kBusy when another mote
  // works in it; kIo; kCorrupt for a state.json that is damaged (says to delete it).
  explicit RunDirectory(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path file(std::string_view name) const { return path_ / name; }

  enum class Condition { kCurrent, kStale, kMissing };
  // kMissing: never done, or a file of it is gone. Errors: kCorrupt when a recorded file is not what the stage wrote.
  Condition condition(const std::string& stage, const std::string& key) const;

  // Records that `stage` wrote `files` (relative to the folder) under `key`.
  void record(const std::string& stage, const std::string& key, const std::vector<std::string>& files);

  // The files of a recorded stage were changed on purpose: they are what it wrote from here on. Nothing happens when
  // the stage was never recorded.
  void refresh(const std::string& stage);

 private:
  struct FileRecord {
    std::string sha256;
  };
  struct StageRecord {
    std::string key;
    std::map<std::string, FileRecord> files;
  };

  void read_state();
  void write_state() const;

  std::filesystem::path path_;
  std::unique_ptr<FileLock> lock_;
  std::map<std::string, StageRecord> stages_;
};

}  // namespace mote::pipeline
