// SHA-256: keys of stages and caches, checksums of downloads. Hex text, lower case.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mote {

// Feeds of different types cannot run into each other: each `add` is prefixed by its length.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& add(std::string_view text);
  Hasher& add(std::span<const std::uint8_t> bytes);
  Hasher& add(std::uint64_t number);
  // The 64 hex digits of all that was added. The hasher may not be used afterwards.
  std::string finish();

 private:
  friend std::string sha256(std::span<const std::uint8_t> bytes);
  friend std::string sha256_of_file(const std::filesystem::path& path);
  struct State;
  std::unique_ptr<State> state_;
};

// The plain SHA-256 of the content, as `sha256sum` prints it.
std::string sha256(std::span<const std::uint8_t> bytes);
// Errors: kNotFound, kIo.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace mote
