#include "mote/pipeline/run_directory.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mote/base/error.h"
#include "mote/base/hash.h"

namespace mote::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kStateFile = "state.json";
constexpr const char* kStateFormat = "mote.state/1";

std::unique_ptr<FileLock> lock_folder(const fs::path& path) {
  make_folder(path);
  return std::make_unique<FileLock>(path / ".lock");
}

}  // namespace

RunDirectory::RunDirectory(fs::path path) : path_(std::move(path)), lock_(lock_folder(path_)) {
  for (const char* folder : {"", "cache", "checkpoints"}) remove_temporaries(path_ / folder);
  read_state();
}

void RunDirectory::read_state() {
  const fs::path state = file(kStateFile);
  if (!fs::exists(state)) return;
  try {
    const json document = json::parse(read_text_file(state));
    if (document.at("format") != kStateFormat) return;  // of another version of mote: everything is stale
    for (const auto& [stage, record] : document.at("stages").items()) {
      StageRecord& entry = stages_[stage];
      entry.key = record.at("key").get<std::string>();
      for (const auto& [name, hash] : record.at("files").items()) entry.files[name] = {hash.get<std::string>()};
    }
  } catch (const json::exception& error) {
    throw Error(ErrorCode::kCorrupt, fmt::format("'{}' is damaged ({}): delete it, and the stages are done again",
                                                 state.string(), error.what()));
  }
}

void RunDirectory::write_state() const {
  json stages = json::object();
  for (const auto& [stage, record] : stages_) {
    json files = json::object();
    for (const auto& [name, entry] : record.files) files[name] = entry.sha256;
    stages[stage] = {{"key", record.key}, {"files", files}};
  }
  write_file_atomic(file(kStateFile),
                    std::string_view(json{{"format", kStateFormat}, {"stages", stages}}.dump(1) + "\n"));
}

RunDirectory::Condition RunDirectory::condition(const std::string& stage, const std::string& key) const {
  const auto found = stages_.find(stage);
  if (found == stages_.end()) return Condition::kMissing;
  if (found->second.key != key) return Condition::kStale;
  for (const auto& [name, entry] : found->second.files) {
    if (!fs::exists(file(name))) return Condition::kMissing;
  }
  for (const auto& [name, entry] : found->second.files) {
    if (sha256_of_file(file(name)) == entry.sha256) continue;
    throw Error(ErrorCode::kCorrupt,
                fmt::format("'{}' is not what stage {} wrote: it was cut or changed. Delete it, and the stage "
                            "is done again",
                            file(name).string(), stage));
  }
  return Condition::kCurrent;
}

void RunDirectory::record(const std::string& stage, const std::string& key, const std::vector<std::string>& files) {
  StageRecord entry{key, {}};
  for (const std::string& name : files) entry.files[name] = {sha256_of_file(file(name))};
  stages_[stage] = std::move(entry);
  write_state();
}

void RunDirectory::refresh(const std::string& stage) {
  const auto found = stages_.find(stage);
  if (found == stages_.end()) return;
  for (auto& [name, entry] : found->second.files) entry.sha256 = sha256_of_file(file(name));
  write_state();
}

}  // namespace mote::pipeline
