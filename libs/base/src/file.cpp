#include "mote/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "mote/base/error.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(ErrorCode code, const char* verb, const fs::path& path, int number) {
  throw Error(code, fmt::format("cannot {} '{}': {}", verb, path.string(), std::strerror(number)));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

template <class Buffer>
Buffer read_whole(const fs::path& path, std::uint64_t limit_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, "open", path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) fail(ErrorCode::kIo, "examine", path, errno);
  if (S_ISDIR(info.st_mode)) fail(ErrorCode::kIo, "read", path, EISDIR);
  Buffer buffer;
  char chunk[1 << 16];
  for (;;) {
    const ssize_t count = ::read(file.get(), chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(ErrorCode::kIo, "read", path, errno);
    if (count == 0) return buffer;
    if (buffer.size() + static_cast<std::uint64_t>(count) > limit_bytes) {
      throw Error(ErrorCode::kInvalid, fmt::format("'{}' is larger than {} bytes", path.string(), limit_bytes));
    }
    buffer.insert(buffer.end(), chunk, chunk + count);
  }
}

void write_all(int fd, std::span<const std::uint8_t> content, const fs::path& path) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t count = ::write(fd, content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(ErrorCode::kIo, "write", path, errno);
    done += static_cast<std::size_t>(count);
  }
}

void sync_path(const fs::path& path, int flags) {
  const Descriptor file(::open(path.c_str(), flags | O_CLOEXEC));
  if (file.get() < 0) fail(ErrorCode::kIo, "open", path, errno);
  // Some file systems refuse to sync a folder; the rename is atomic there all the same.
  if (::fsync(file.get()) != 0 && errno != EINVAL && errno != EROFS) fail(ErrorCode::kIo, "sync", path, errno);
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

fs::path temporary_name(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return folder_of(path) / fmt::format(".{}.{}.{}.tmp", path.filename().string(), ::getpid(), counter.fetch_add(1));
}

}  // namespace

std::string read_text_file(const fs::path& path, std::uint64_t limit_bytes) {
  return read_whole<std::string>(path, limit_bytes);
}

std::vector<std::uint8_t> read_binary_file(const fs::path& path, std::uint64_t limit_bytes) {
  return read_whole<std::vector<std::uint8_t>>(path, limit_bytes);
}

void write_file_atomic(const fs::path& path, std::string_view content) {
  write_file_atomic(path, std::span(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()));
}

void write_file_atomic(const fs::path& path, std::span<const std::uint8_t> content) {
  AtomicFile file(path);
  {
    const Descriptor out(::open(file.temporary().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (out.get() < 0) fail(ErrorCode::kIo, "create", file.temporary(), errno);
    write_all(out.get(), content, path);
  }
  file.commit();
}

void remove_temporaries(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.') && name.ends_with(".tmp") && entry.is_regular_file()) fs::remove(entry.path(), ignored);
  }
}

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  make_folder(folder_of(path_));
  temporary_ = temporary_name(path_);
}

AtomicFile::~AtomicFile() {
  if (!committed_) ::unlink(temporary_.c_str());
}

void AtomicFile::commit() {
  sync_path(temporary_, O_RDONLY);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(ErrorCode::kIo, "rename to", path_, errno);
  committed_ = true;
  sync_path(folder_of(path_), O_RDONLY | O_DIRECTORY);
}

void make_folder(const fs::path& path) {
  std::error_code reason;
  fs::create_directories(path, reason);
  if (!fs::is_directory(path)) {
    const std::string why = reason ? reason.message() : "a file of that name is in the way";
    throw Error(ErrorCode::kIo, fmt::format("cannot create the folder '{}': {}", path.string(), why));
  }
}

FileLock::FileLock(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (file.get() < 0) fail(ErrorCode::kIo, "create", path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      throw Error(ErrorCode::kBusy,
                  fmt::format("another mote is at work in '{}' (it holds '{}'): wait for it or choose another "
                              "folder with --out",
                              folder_of(path).string(), path.filename().string()));
    }
    fail(ErrorCode::kIo, "lock", path, errno);
  }
  descriptor_ = file.release();
}

FileLock::~FileLock() {
  ::close(descriptor_);
}

}  // namespace mote
