// Values as C source, the same text on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mote::exporter {

// Letters, digits and '_', no digit first.
bool is_identifier(std::string_view text);
std::string upper_case(std::string_view text);

// "0.100000001f": nine significant digits give the same float back.
std::string float_literal(float value);
std::string int32_literal(std::int32_t value);
// A quoted string in ASCII: other bytes are octal escapes, so that no compiler guesses at an encoding.
std::string string_literal(std::string_view text);
// Text that may stand in a comment: ASCII without an end of comment, other bytes as '?'.
std::string comment_text(std::string_view text);

// Twelve bytes a line, indented by two, ending in a line break.
std::string byte_rows(std::span<const std::uint8_t> bytes);

// "const int8_t weights[640] = {…};" with rows of values; `declaration` is "static const int8_t weights".
std::string table(std::string_view declaration, std::span<const std::int8_t> values);
std::string table(std::string_view declaration, std::span<const std::uint8_t> values);
std::string table(std::string_view declaration, std::span<const std::int16_t> values);
std::string table(std::string_view declaration, std::span<const std::uint16_t> values);
std::string table(std::string_view declaration, std::span<const std::int32_t> values);
std::string table(std::string_view declaration, std::span<const std::int64_t> values);
std::string table(std::string_view declaration, std::span<const std::uint64_t> values);
std::string table(std::string_view declaration, std::span<const float> values);

}  // namespace mote::exporter
