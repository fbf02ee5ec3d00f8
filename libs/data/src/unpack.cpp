#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/data/fetch.h"

namespace mote::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadBytes = 1 << 16;

[[noreturn]] void corrupt(const fs::path& path, const std::string& problem) {
  throw Error(
      ErrorCode::kCorrupt,
      fmt::format("[fetch] {}: {}: nothing was unpacked, get the archive from another place", path.string(), problem));
}

// A member's place below the folder it is unpacked into. Names that would lead out of it are refused, not mended.
fs::path safe_name(const char* name, const fs::path& path) {
  const fs::path member = name == nullptr ? fs::path() : fs::path(name).lexically_normal();
  const bool leaves =
      std::ranges::any_of(fs::path(name == nullptr ? "" : name), [](const fs::path& part) { return part == ".."; });
  if (member.empty() || member.is_absolute() || leaves) {
    corrupt(path, fmt::format("wanted members below its folder, got '{}'", name == nullptr ? "" : name));
  }
  return member;
}

class Unpacker {
 public:
  Unpacker(const fs::path& path, const fs::path& folder, const FetchOptions& options, LogSink& log)
      : path_(path), folder_(folder), options_(options), log_(log), reader_(archive_read_new(), &archive_read_free) {
    archive_read_support_filter_all(reader_.get());
    archive_read_support_format_tar(reader_.get());
    if (archive_read_open_filename(reader_.get(), path.c_str(), kReadBytes) != ARCHIVE_OK) fail();
  }

  void run() {
    make_folder(folder_);
    archive_entry* entry = nullptr;
    int status = ARCHIVE_OK;
    while ((status = archive_read_next_header(reader_.get(), &entry)) == ARCHIVE_OK) unpack_member(entry);
    if (status != ARCHIVE_EOF) fail();
    if (members_ == 0) corrupt(path_, "wanted a tar archive with files, got none");
  }

 private:
  [[noreturn]] void fail() {
    const char* reason = archive_error_string(reader_.get());
    corrupt(path_, fmt::format("wanted a whole tar archive, got \"{}\"", reason == nullptr ? "unknown" : reason));
  }

  void unpack_member(archive_entry* entry) {
    const fs::path name = safe_name(archive_entry_pathname(entry), path_);
    const auto type = archive_entry_filetype(entry);
    const bool is_link = archive_entry_hardlink(entry) != nullptr;
    if (type == AE_IFDIR) return make_folder(folder_ / name);
    if (type != AE_IFREG || is_link)
      corrupt(path_, fmt::format("wanted files and folders only, got a link or device '{}'", name.string()));
    write_member(folder_ / name);
    ++members_;
  }

  void write_member(const fs::path& target) {
    make_folder(target.parent_path());
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(target.c_str(), "wb"), &std::fclose);
    if (!file) fail_write(target);
    std::vector<char> block(kReadBytes);
    while (true) {
      const auto got = archive_read_data(reader_.get(), block.data(), block.size());
      if (got < 0) fail();
      if (got == 0) break;
      count(got);
      if (std::fwrite(block.data(), 1, static_cast<std::size_t>(got), file.get()) != static_cast<std::size_t>(got))
        fail_write(target);
    }
    if (std::fflush(file.get()) != 0) fail_write(target);
  }

  void count(std::int64_t bytes) {
    unpacked_bytes_ += bytes;
    if (unpacked_bytes_ > options_.unpacked_limit_bytes) {
      corrupt(path_, fmt::format("wanted at most {} bytes unpacked, got more", options_.unpacked_limit_bytes));
    }
    if (options_.stop.stop_requested())
      throw Error(ErrorCode::kInterrupted, "[fetch] stopped while unpacking: run it again to go on");
    log_.progress({"unpack", archive_filter_bytes(reader_.get(), -1), archive_bytes_, {}});
  }

  [[noreturn]] void fail_write(const fs::path& target) {
    throw Error(ErrorCode::kIo, fmt::format("[fetch] wanted to write {}, got \"{}\": free some space and run it again",
                                            target.string(), std::strerror(errno)));
  }

  fs::path path_;
  fs::path folder_;
  const FetchOptions& options_;
  LogSink& log_;
  std::unique_ptr<archive, int (*)(archive*)> reader_;
  std::int64_t archive_bytes_ = static_cast<std::int64_t>(fs::file_size(path_));
  std::int64_t unpacked_bytes_ = 0;
  std::int64_t members_ = 0;
};

}  // namespace

void unpack(const fs::path& archive, const fs::path& folder, const FetchOptions& options, LogSink& log) {
  Unpacker(archive, folder, options, log).run();
}

}  // namespace mote::data
