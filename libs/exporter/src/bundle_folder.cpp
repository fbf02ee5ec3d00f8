#include "mote/exporter/bundle_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <span>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/hash.h"
#include "mote/base/text.h"

namespace mote::exporter {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHashDigits = 64;

std::string hash_of(std::string_view text) {
  return sha256(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::string manifest_text(const Bundle& bundle) {
  std::string text;
  for (const BundleFile& file : bundle.files) text += fmt::format("{}  {}\n", hash_of(file.text), file.path);
  return text;
}

// Path to hash of what an earlier export wrote; empty without a manifest.
std::map<std::string, std::string> earlier_files(const fs::path& folder) {
  std::map<std::string, std::string> files;
  if (!fs::exists(folder / kManifest)) return files;
  for (const std::string& line : split(read_text_file(folder / kManifest), '\n')) {
    if (line.size() > kHashDigits + 2) files[line.substr(kHashDigits + 2)] = line.substr(0, kHashDigits);
  }
  return files;
}

[[noreturn]] void foreign(const fs::path& folder, const std::string& what) {
  throw Error(ErrorCode::kInvalid, fmt::format("[bundle] '{}' {}: move it away, or choose another folder with --out",
                                               folder.string(), what));
}

// A folder may be replaced when it holds nothing but what an earlier export wrote, unchanged.
void check_replaceable(const fs::path& folder) {
  if (!fs::exists(fs::symlink_status(folder))) return;
  if (!fs::is_directory(folder)) foreign(folder, "is not a folder");
  const auto files = earlier_files(folder);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string path = entry.path().lexically_relative(folder).generic_string();
    if (entry.is_directory() && !entry.is_symlink()) continue;
    if (path == kManifest) continue;
    const auto found = files.find(path);
    if (found == files.end()) foreign(folder, fmt::format("holds '{}', which no export wrote", path));
    if (sha256_of_file(entry.path()) != found->second) {
      foreign(folder, fmt::format("holds '{}', which was changed since it was exported", path));
    }
  }
}

// A folder beside `folder` that is removed with all that was written into it, unless it was moved to its place.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const fs::path& folder)
      : path_(folder.parent_path() / fmt::format(".{}.{}.tmp", folder.filename().string(), ::getpid())) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    make_folder(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void move_folder(const fs::path& from, const fs::path& to) {
  std::error_code reason;
  fs::rename(from, to, reason);
  if (!reason) return;
  throw Error(ErrorCode::kIo,
              fmt::format("cannot rename '{}' to '{}': {}", from.string(), to.string(), reason.message()));
}

// The old folder goes into `keep` first and comes back if the new one cannot take its place.
void replace_folder(const fs::path& made, const fs::path& folder, const fs::path& keep) {
  if (!fs::exists(folder)) return move_folder(made, folder);
  move_folder(folder, keep);
  try {
    move_folder(made, folder);
  } catch (const Error&) {
    move_folder(keep, folder);
    throw;
  }
}

// The path of "sha256  path". Others' manifests are read too: nothing outside of the folder is.
std::string listed_path(const fs::path& folder, const std::string& line) {
  const std::string path = line.size() > kHashDigits + 2 ? line.substr(kHashDigits + 2) : "";
  const fs::path normal = fs::path(path).lexically_normal();
  const bool inside = !path.empty() && normal.is_relative() && *normal.begin() != "..";
  if (inside && line.compare(kHashDigits, 2, "  ") == 0) return path;
  throw Error(ErrorCode::kCorrupt, fmt::format("[bundle] '{}': wanted lines of a hash and a path in this folder, got "
                                               "'{}': export again",
                                               (folder / kManifest).string(), line));
}

}  // namespace

BundleOnDisk read_bundle(const fs::path& folder) {
  if (!fs::exists(folder / kManifest))
    throw Error(ErrorCode::kNotFound,
                fmt::format("[bundle] wanted '{}' with the files of an export, got none: export again",
                            (folder / kManifest).string()));
  BundleOnDisk bundle;
  for (const std::string& line : split(read_text_file(folder / kManifest), '\n')) {
    if (line.empty()) continue;
    const std::string path = listed_path(folder, line);
    if (!fs::exists(folder / path))
      throw Error(ErrorCode::kNotFound,
                  fmt::format("[bundle] '{}' wanted the file '{}' of its {}, got none: export again", folder.string(),
                              path, kManifest));
    bundle.files.push_back({path, read_text_file(folder / path)});
    if (hash_of(bundle.files.back().text) != line.substr(0, kHashDigits)) bundle.changed.push_back(path);
  }
  return bundle;
}

void write_bundle(const fs::path& folder, const Bundle& bundle) {
  const fs::path target = fs::absolute(folder / "x").lexically_normal().parent_path();
  check_replaceable(target);
  const TemporaryFolder temporary(target);
  const fs::path made = temporary.path() / "made";
  for (const BundleFile& file : bundle.files) write_file_atomic(made / file.path, std::string_view(file.text));
  write_file_atomic(made / kManifest, std::string_view(manifest_text(bundle)));
  replace_folder(made, target, temporary.path() / "old");
}

}  // namespace mote::exporter
