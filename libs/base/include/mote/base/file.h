// Files: whole reads, atomic writes, folder locks. Every failure is an Error that names the path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

// The whole file. Errors: kNotFound when it does not exist, kIo when it cannot be read, kInvalid above `limit_bytes`.
std::string read_text_file(const std::filesystem::path& path, std::uint64_t limit_bytes = std::uint64_t{1} << 32);
std::vector<std::uint8_t> read_binary_file(const std::filesystem::path& path,
                                           std::uint64_t limit_bytes = std::uint64_t{1} << 32);

// Writes to a temporary name beside `path`, syncs, renames. On any failure the old file stands and the temporary one is
// gone. Parent folders are made. Errors: kIo with the system's reason (a full disk, say).
void write_file_atomic(const std::filesystem::path& path, std::string_view content);
void write_file_atomic(const std::filesystem::path& path, std::span<const std::uint8_t> content);

// Removes the temporary files that killed writers left in `folder`. Only for folders whose lock the caller holds.
void remove_temporaries(const std::filesystem::path& folder);

// For writers that need a path of their own (HDF5): write to `temporary()`, then `commit()`. Dropped without commit,
// the temporary file is removed and `path` is untouched.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  const std::filesystem::path& temporary() const { return temporary_; }
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

// Creates the folder and its parents. Errors: kIo, also when a file of that name is in the way.
void make_folder(const std::filesystem::path& path);

// An advisory lock on a file, held while the object lives; released by the system when the process dies, however it
// dies.
class FileLock {
 public:
  // Errors: kBusy when another process holds it, kIo when the lock file cannot be made.
  explicit FileLock(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace mote
