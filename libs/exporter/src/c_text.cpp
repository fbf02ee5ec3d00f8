#include "c_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>

namespace mote::exporter {
namespace {

constexpr std::size_t kBytesPerRow = 12;
constexpr std::size_t kRowCharacters = 116;

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_printable(char c) {
  const auto code = static_cast<unsigned char>(c);
  return code >= 0x20 && code <= 0x7E;
}

std::string escaped(char c) {
  // A question mark could start a trigraph.
  if (c == '"' || c == '\\' || c == '?') return std::string("\\") + c;
  if (!is_printable(c)) return fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  return std::string(1, c);
}

template <class Value, class Literal>
std::string rows_of(std::string_view declaration, std::span<const Value> values, const Literal& literal) {
  std::string text = fmt::format("{}[{}] = {{\n", declaration, values.size());
  std::string row = " ";
  for (const Value& value : values) {
    const std::string item = literal(value);
    if (row.size() + item.size() + 2 > kRowCharacters) {
      text += row + '\n';
      row = " ";
    }
    row += ' ' + item + ',';
  }
  return text + row + "\n};\n";
}

std::string integer_text(std::int64_t value) {
  return std::to_string(value);
}

}  // namespace

bool is_identifier(std::string_view text) {
  const auto part = [](char c) { return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; };
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), part);
}

std::string upper_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
  return result;
}

std::string float_literal(float value) {
  std::string digits = fmt::format("{:.9g}", value);
  if (digits.find_first_of(".e") == std::string::npos) digits += ".0";
  return digits + "f";
}

// The least number has no literal of its own: its digits alone are too large for an int.
std::string int32_literal(std::int32_t value) {
  return value == std::numeric_limits<std::int32_t>::min() ? "INT32_MIN" : std::to_string(value);
}

std::string string_literal(std::string_view text) {
  std::string result = "\"";
  for (char c : text) result += escaped(c);
  return result + '"';
}

std::string comment_text(std::string_view text) {
  std::string result;
  for (char c : text) {
    const bool ends_comment = c == '/' && !result.empty() && result.back() == '*';
    const bool starts_comment = c == '*' && !result.empty() && result.back() == '/';
    result += is_printable(c) && c != '\\' && !ends_comment && !starts_comment ? c : '?';
  }
  return result;
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

std::string table(std::string_view declaration, std::span<const std::int8_t> values) {
  return rows_of(declaration, values, integer_text);
}
std::string table(std::string_view declaration, std::span<const std::uint8_t> values) {
  return rows_of(declaration, values, integer_text);
}
std::string table(std::string_view declaration, std::span<const std::int16_t> values) {
  return rows_of(declaration, values, integer_text);
}
std::string table(std::string_view declaration, std::span<const std::uint16_t> values) {
  return rows_of(declaration, values, integer_text);
}
std::string table(std::string_view declaration, std::span<const std::int32_t> values) {
  return rows_of(declaration, values, int32_literal);
}
std::string table(std::string_view declaration, std::span<const std::int64_t> values) {
  return rows_of(declaration, values, integer_text);
}
std::string table(std::string_view declaration, std::span<const std::uint64_t> values) {
  return rows_of(declaration, values, [](std::uint64_t value) { return fmt::format("0x{:016x}u", value); });
}
std::string table(std::string_view declaration, std::span<const float> values) {
  return rows_of(declaration, values, float_literal);
}

}  // namespace mote::exporter
