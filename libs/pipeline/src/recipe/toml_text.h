// Values as TOML text.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <string>

namespace mote::pipeline {

inline std::string toml_text(bool value) {
  return value ? "true" : "false";
}
inline std::string toml_text(std::integral auto value) {
  return fmt::format("{}", value);
}

// Shortest text that reads back to the same number, always with a point or an exponent.
inline std::string toml_text(std::floating_point auto value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

inline std::string toml_text(const std::string& value) {
  std::string text = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      text += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      text += c;
    }
  }
  return text + '"';
}

}  // namespace mote::pipeline
