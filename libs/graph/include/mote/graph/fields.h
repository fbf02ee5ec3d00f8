// The field table of an op: one list from which an op is printed, parsed, saved and compared.
//
// An attribute struct has `static constexpr std::string_view kName` and `static constexpr auto fields()` that returns a
// tuple of `field("name", &Struct::member)`. Members are int32, float, an enum with EnumNames, or a vector of int32.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "mote/base/enum_names.h"

namespace mote::graph {

template <class Owner, class Value>
struct Field {
  std::string_view name;
  Value Owner::*member;
};

template <class Owner, class Value>
constexpr Field<Owner, Value> field(std::string_view name, Value Owner::*member) {
  return {name, member};
}

// Calls visit(name, value) for each field of `op`, in the table's order.
template <class Attributes, class Visitor>
void for_each_field(Attributes& op, Visitor&& visit) {
  std::apply([&](const auto&... entry) { (visit(entry.name, op.*(entry.member)), ...); },
             std::remove_const_t<Attributes>::fields());
}

// True when every field is equal.
template <class Attributes>
bool same_fields(const Attributes& a, const Attributes& b) {
  return std::apply([&](const auto&... entry) { return ((a.*(entry.member) == b.*(entry.member)) && ...); },
                    Attributes::fields());
}

// Text of a field value and back. Floats are shortest-round-trip; a vector is "1,2,3" ("" when empty).
std::string field_text(std::int32_t value);
std::string field_text(float value);
std::string field_text(const std::vector<std::int32_t>& value);
bool parse_field(std::string_view text, std::int32_t& value);
bool parse_field(std::string_view text, float& value);
bool parse_field(std::string_view text, std::vector<std::int32_t>& value);

template <class Enum>
requires std::is_enum_v<Enum> std::string field_text(Enum value) {
  return std::string(enum_name(value));
}

template <class Enum>
requires std::is_enum_v<Enum>
bool parse_field(std::string_view text, Enum& value) {
  const auto parsed = enum_value<Enum>(text);
  if (parsed) value = *parsed;
  return parsed.has_value();
}

}  // namespace mote::graph
