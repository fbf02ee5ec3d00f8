#include "c_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace mote::exporter {
namespace {

constexpr std::size_t kBytesPerRow = 12;

std::string escaped(char c) {
  const auto code = static_cast<unsigned char>(c);
  // A question mark could start a trigraph.
  if (c == '"' || c == '\\' || c == '?') return std::string("\\") + c;
  if (code < 0x20 || code > 0x7E) return fmt::format("\\{:03o}", code);
  return std::string(1, c);
}

}  // namespace

std::string float_literal(float value) {
  std::string digits = fmt::format("{:.9g}", value);
  if (digits.find_first_of(".e") == std::string::npos) digits += ".0";
  return digits + "f";
}

std::string string_literal(std::string_view text) {
  std::string result = "\"";
  for (char c : text) result += escaped(c);
  return result + '"';
}

std::string byte_rows(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve(bytes.size() * 6 + bytes.size() / kBytesPerRow * 3);
  for (std::size_t at = 0; at < bytes.size(); at += kBytesPerRow) {
    const auto row = bytes.subspan(at, std::min(kBytesPerRow, bytes.size() - at));
    text += fmt::format("  0x{:02x},\n", fmt::join(row, ", 0x"));
  }
  return text;
}

}  // namespace mote::exporter
