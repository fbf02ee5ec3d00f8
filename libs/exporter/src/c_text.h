// Values as C source, the same text on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mote::exporter {

// "0.100000001f": nine significant digits give the same float back.
std::string float_literal(float value);
// A quoted string in ASCII: other bytes are octal escapes, so that no compiler guesses at an encoding.
std::string string_literal(std::string_view text);
// Twelve bytes a line, indented by two, ending in a line break.
std::string byte_rows(std::span<const std::uint8_t> bytes);

}  // namespace mote::exporter
