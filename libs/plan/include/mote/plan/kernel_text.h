// What it takes to write the call of a kernel as C: the fields of its parameter struct, by name, and its arguments. The
// arguments come from the kernel's declaration in the runtime's header; the fields from KernelTraits, which stands in
// src/ops/<stem>.cpp beside the lowering that fills the struct. For the exporter; nobody else needs names.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "mote/runtime/types.h"

namespace mote::plan {

using FieldValue = std::variant<std::int32_t, float, std::span<const std::int32_t>, mote_window, mote_activation,
                                mote_scaling, mote_channel_scaling>;

// One member of a parameter struct; a span or a table lives as long as the struct.
struct Field {
  std::string_view name;
  FieldValue value;
};

// An argument behind the pointer to the parameter struct. kInputList is an array of all inputs.
enum class ArgumentRole : std::uint8_t { kInput, kInputList, kOutput, kScratch };

struct Argument {
  ArgumentRole role;
  std::string_view type;  // what it points at: "int8_t"
};

struct KernelText {
  std::vector<Argument> arguments;
  std::vector<Field> (*fields)(const void* parameters);  // in the order of their declaration
};

// To be specialized for each parameter struct:
//   static constexpr auto kKernel = mote_<kernel>;
//   static constexpr auto kFields = std::tuple(field("member", &Parameters::member), …);  every member
template <class Parameters>
struct KernelTraits;

template <class Parameters, class Member>
struct NamedMember {
  std::string_view name;
  Member Parameters::*member;
};

template <class Parameters, class Member>
constexpr NamedMember<Parameters, Member> field(std::string_view name, Member Parameters::*member) {
  return {name, member};
}

namespace detail {

template <class Pointed>
constexpr std::string_view c_type() {
  using Plain = std::remove_const_t<Pointed>;
  static_assert(std::is_same_v<Plain, std::int8_t> || std::is_same_v<Plain, std::uint8_t> ||
                std::is_same_v<Plain, std::int16_t> || std::is_same_v<Plain, std::int32_t> ||
                std::is_same_v<Plain, std::int64_t> || std::is_same_v<Plain, float> || std::is_same_v<Plain, void>);
  if (std::is_same_v<Plain, std::int8_t>) return "int8_t";
  if (std::is_same_v<Plain, std::uint8_t>) return "uint8_t";
  if (std::is_same_v<Plain, std::int16_t>) return "int16_t";
  if (std::is_same_v<Plain, std::int64_t>) return "int64_t";
  if (std::is_same_v<Plain, std::int32_t>) return "int32_t";
  return std::is_same_v<Plain, float> ? "float" : "void";
}

template <class Type>
constexpr Argument argument_of() {
  using Pointed = std::remove_pointer_t<Type>;
  if constexpr (std::is_pointer_v<Pointed>) {
    return {ArgumentRole::kInputList, "void"};
  } else {
    return {std::is_const_v<Pointed> ? ArgumentRole::kInput : ArgumentRole::kOutput, c_type<Pointed>()};
  }
}

// What a kernel writes behind its output is scratch.
template <class Parameters, class... Types>
std::vector<Argument> arguments_of(void (*)(const Parameters*, Types...)) {
  std::vector<Argument> arguments{argument_of<Types>()...};
  bool has_output = false;
  for (Argument& argument : arguments) {
    if (argument.role != ArgumentRole::kOutput) continue;
    if (has_output) argument.role = ArgumentRole::kScratch;
    has_output = true;
  }
  return arguments;
}

template <class Member>
FieldValue field_value(const Member& member) {
  if constexpr (std::is_array_v<Member>) {
    return std::span<const std::int32_t>(member);
  } else {
    return member;
  }
}

template <class Parameters>
std::vector<Field> fields_of(const void* parameters) {
  const auto& values = *static_cast<const Parameters*>(parameters);
  const auto make = [&](const auto&... one) {
    return std::vector<Field>{{one.name, field_value(values.*(one.member))}...};
  };
  return std::apply(make, KernelTraits<Parameters>::kFields);
}

template <class Parameters, class... Members>
constexpr std::size_t size_of_members(const std::tuple<NamedMember<Parameters, Members>...>&) {
  const std::size_t sum = (sizeof(Members) + ... + 0);
  return (sum + alignof(Parameters) - 1) / alignof(Parameters) * alignof(Parameters);
}

}  // namespace detail

template <class Parameters>
const KernelText& kernel_text() {
  using Traits = KernelTraits<Parameters>;
  static_assert(detail::size_of_members(Traits::kFields) == sizeof(Parameters),
                "KernelTraits::kFields lists every member of the parameter struct once");
  static const KernelText text{detail::arguments_of(Traits::kKernel), detail::fields_of<Parameters>};
  return text;
}

}  // namespace mote::plan
