// Folders, sound files and errors for the tests of data.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/error.h"

namespace mote::test {

// A fresh folder, removed at the end of the test.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "mote-data-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Writes without syncing: tests make many small files.
inline void put_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}
inline void put_file(const std::filesystem::path& path, std::span<const std::uint8_t> content) {
  put_file(path, std::string_view(reinterpret_cast<const char*>(content.data()), content.size()));
}

struct Wav {
  std::uint16_t format = 1;  // 1 integers, 3 floats
  std::uint16_t channels = 1;
  std::uint32_t rate_hz = 16000;
  std::uint16_t bits = 16;
};

// The bytes of a WAV file around `data`.
inline std::vector<std::uint8_t> wav_bytes(const Wav& wav, std::span<const std::uint8_t> data) {
  std::vector<std::uint8_t> bytes;
  const auto tag = [&](std::string_view text) {
    for (const char c : text) bytes.push_back(static_cast<std::uint8_t>(c));
  };
  const auto number = [&](std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  const std::uint64_t frame_bytes = wav.channels * wav.bits / 8U;
  tag("RIFF");
  number(36 + data.size(), 4);
  tag("WAVEfmt ");
  number(16, 4);
  number(wav.format, 2);
  number(wav.channels, 2);
  number(wav.rate_hz, 4);
  number(wav.rate_hz * frame_bytes, 4);
  number(frame_bytes, 2);
  number(wav.bits, 2);
  tag("data");
  number(data.size(), 4);
  for (const std::uint8_t byte : data) bytes.push_back(byte);
  return bytes;
}

template <class T>
std::vector<std::uint8_t> wav_of(const Wav& wav, const std::vector<T>& samples) {
  const std::span data(reinterpret_cast<const std::uint8_t*>(samples.data()), samples.size() * sizeof(T));
  return wav_bytes(wav, data);
}

// A 16-bit mono file whose samples count up from `first`: files of different `first` are no copies of each other.
inline void write_ramp(const std::filesystem::path& path, int first, int samples = 1600) {
  std::vector<std::int16_t> values;
  for (int i = 0; i < samples; ++i) values.push_back(static_cast<std::int16_t>(first + 10 * i));
  put_file(path, wav_of(Wav{}, values));
}

// Runs `body`, which must throw a mote::Error of `code` whose message holds each of `parts`.
template <class Body>
void expect_error(ErrorCode code, const std::vector<std::string>& parts, Body&& body) {
  try {
    body();
    FAIL() << "wanted an error";
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    for (const std::string& part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

}  // namespace mote::test
