// Enums by name, for recipes, text forms and JSON: one table per enum, in the order of its values.
//
//   enum class Padding : std::uint8_t { kValid, kSame };
//   template <>
//   struct mote::EnumNames<Padding> {
//     static constexpr std::array<std::string_view, 2> kNames{"valid", "same"};
//   };
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace mote {

template <class Enum>
struct EnumNames;

template <class Enum>
concept NamedEnum = requires {
  EnumNames<Enum>::kNames;
};

template <NamedEnum Enum>
constexpr std::string_view enum_name(Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < EnumNames<Enum>::kNames.size() ? EnumNames<Enum>::kNames[index] : "?";
}

// Nothing when no value has that name.
template <NamedEnum Enum>
constexpr std::optional<Enum> enum_value(std::string_view name) {
  for (std::size_t i = 0; i < EnumNames<Enum>::kNames.size(); ++i) {
    if (EnumNames<Enum>::kNames[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace mote
