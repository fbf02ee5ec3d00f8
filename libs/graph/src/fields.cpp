#include "mote/graph/fields.h"

#include <fmt/format.h>

#include <charconv>

#include "mote/base/text.h"

namespace mote::graph {

std::string field_text(std::int32_t value) {
  return fmt::format("{}", value);
}
std::string field_text(float value) {
  return fmt::format("{}", value);
}
std::string field_text(const std::vector<std::int32_t>& value) {
  return fmt::format("{}", fmt::join(value, ","));
}

namespace {

template <class Number>
bool parse_number(std::string_view text, Number& value) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return !text.empty() && error == std::errc() && rest == end;
}

}  // namespace

bool parse_field(std::string_view text, std::int32_t& value) {
  return parse_number(text, value);
}
bool parse_field(std::string_view text, float& value) {
  return parse_number(text, value);
}

bool parse_field(std::string_view text, std::vector<std::int32_t>& value) {
  value.clear();
  if (text.empty()) return true;
  for (const auto& part : split(text, ',')) {
    if (!parse_number(part, value.emplace_back())) return false;
  }
  return true;
}

}  // namespace mote::graph
