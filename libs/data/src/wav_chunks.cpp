#include "wav_chunks.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace mote::data {
namespace {

constexpr std::size_t kRiffHeaderBytes = 12;
constexpr std::size_t kChunkHeaderBytes = 8;
constexpr std::size_t kRateOffset = 4;  // in the "fmt " chunk, behind format and channels
constexpr std::uint32_t kUnknownLength = 0xFFFFFFFF;

std::uint32_t read_u32(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) | static_cast<std::uint32_t>(bytes[at + 1]) << 8 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16 | static_cast<std::uint32_t>(bytes[at + 3]) << 24;
}

bool is_tag(std::span<const std::uint8_t> bytes, std::size_t at, std::string_view tag) {
  return at + tag.size() <= bytes.size() &&
         std::equal(tag.begin(), tag.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

std::optional<std::string> data_problem(std::size_t announced, std::size_t present) {
  if (announced == 0 || announced == kUnknownLength || announced <= present) return std::nullopt;
  return fmt::format(
      "wanted {} bytes of samples as its header says, got {}: the file is truncated, copy or record it again",
      announced, present);
}

}  // namespace

std::optional<std::string> wav_problem(std::span<const std::uint8_t> bytes) {
  if (!is_tag(bytes, 0, "RIFF") || !is_tag(bytes, 8, "WAVE")) return std::nullopt;
  std::size_t at = kRiffHeaderBytes;
  while (at + kChunkHeaderBytes <= bytes.size()) {
    const std::size_t length = read_u32(bytes, at + 4);
    const std::size_t body = at + kChunkHeaderBytes;
    if (is_tag(bytes, at, "data")) return data_problem(length, bytes.size() - body);
    const bool has_rate = is_tag(bytes, at, "fmt ") && body + kRateOffset + 4 <= bytes.size();
    if (has_rate && read_u32(bytes, body + kRateOffset) == 0) {
      return "wanted a sample rate above 0 Hz, got 0: repair its header or record it again";
    }
    at = body + length + length % 2;  // chunks are padded to an even length
  }
  return fmt::format(
      "wanted a chunk of samples, got {} bytes of header only: the file is truncated, copy or record it again",
      bytes.size());
}

}  // namespace mote::data
