#include "mote/data/fetch.h"

#include <fmt/format.h>

#include "download.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/hash.h"
#include "mote/data/range.h"

namespace mote::data {
namespace {

namespace fs = std::filesystem;

std::string file_name_of(const std::string& url) {
  return url.substr(url.rfind('/') + 1);
}

std::string url_of(const ArchiveDescription& archive, const FetchOptions& options) {
  if (options.mirror.empty()) return archive.url;
  const bool has_slash = options.mirror.ends_with('/');
  return options.mirror + (has_slash ? "" : "/") + file_name_of(archive.url);
}

// The downloaded archive, with the size and checksum of its description.
fs::path get_archive(const ArchiveDescription& archive, const fs::path& folder, const FetchOptions& options,
                     LogSink& log) {
  const fs::path part = folder / (file_name_of(archive.url) + ".part");
  download(url_of(archive, options), archive, part, options, log);
  const std::string got = sha256_of_file(part);
  if (got == archive.sha256) return part;
  fs::remove(part);
  throw Error(ErrorCode::kCorrupt,
              fmt::format("[fetch] wanted SHA-256 {} of {}, got {}: it was removed, run it again or use another mirror",
                          archive.sha256, url_of(archive, options), got));
}

// A folder that is gone again unless it was renamed to its final place.
class UnfinishedFolder {
 public:
  explicit UnfinishedFolder(fs::path path) : path_(std::move(path)) { remove(); }
  ~UnfinishedFolder() { remove(); }
  UnfinishedFolder(const UnfinishedFolder&) = delete;
  UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  void remove() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path path_;
};

}  // namespace

void FetchOptions::validate() const {
  check_number("fetch.attempts", attempts, 1, 1000);
  check_number("fetch.stall_s", stall_s, 0.001, 86400);
  check_number("fetch.unpacked_limit_bytes", static_cast<double>(unpacked_limit_bytes), 1, 1e15);
}

fs::path fetch(const DatasetDescription& description, const fs::path& folder, const FetchOptions& options,
               LogSink& log) {
  options.validate();
  const fs::path target = folder / description.name;
  if (fs::exists(target)) {
    log.info(fmt::format("{} is there already", target.string()));
    return target;
  }
  make_folder(folder);
  const FileLock lock(folder / (description.name + ".lock"));
  const UnfinishedFolder unfinished(folder / (description.name + ".unpacking"));
  std::vector<fs::path> parts;
  for (const ArchiveDescription& archive : description.archives) {
    parts.push_back(get_archive(archive, folder, options, log));
    unpack(parts.back(), unfinished.path(), options, log);
  }
  std::error_code error;
  fs::rename(unfinished.path(), target, error);
  if (error) {
    throw Error(ErrorCode::kIo, fmt::format("[fetch] wanted to rename {} to {}, got \"{}\": check the folder",
                                            unfinished.path().string(), target.string(), error.message()));
  }
  for (const fs::path& part : parts) fs::remove(part);
  return target;
}

}  // namespace mote::data
