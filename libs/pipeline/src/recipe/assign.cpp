#include "recipe/assign.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <sstream>

#include "mote/base/error.h"
#include "mote/base/text.h"

namespace mote::pipeline {
namespace {

[[noreturn]] void reject(const Setting& setting, const toml::node& value) {
  std::string hint;
  if (const auto* target = std::get_if<EnumTarget>(&setting.target); target != nullptr && value.is_string()) {
    hint = did_you_mean(value.as_string()->get(), std::vector<std::string>(target->names.begin(), target->names.end()));
  }
  throw Error(ErrorCode::kInvalid,
              fmt::format("{} wants {}, got {}{}", setting.path, setting.type(), node_text(value), hint));
}

// Each reader gives nothing when the value is not of its type or out of its range.
std::optional<bool> read(const toml::node& node, const bool*) {
  return node.value_exact<bool>();
}
std::optional<std::string> read(const toml::node& node, const std::string*) {
  return node.value_exact<std::string>();
}
std::optional<std::filesystem::path> read(const toml::node& node, const std::filesystem::path*) {
  const auto text = node.value_exact<std::string>();
  if (!text) return std::nullopt;
  return std::filesystem::path(*text);
}

template <std::integral Integer>
std::optional<Integer> read(const toml::node& node, const Integer*) {
  const auto number = node.value_exact<std::int64_t>();
  if (!number || !std::in_range<Integer>(*number)) return std::nullopt;
  return static_cast<Integer>(*number);
}

template <std::floating_point Float>
std::optional<Float> read(const toml::node& node, const Float*) {
  if (const auto integer = node.value_exact<std::int64_t>()) return static_cast<Float>(*integer);
  const auto number = node.value_exact<double>();
  if (!number) return std::nullopt;
  return static_cast<Float>(*number);
}

template <class Item>
std::optional<std::vector<Item>> read(const toml::node& node, const std::vector<Item>*) {
  const toml::array* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<Item> items;
  for (const toml::node& element : *array) {
    auto item = read(element, static_cast<const Item*>(nullptr));
    if (!item) return std::nullopt;
    items.push_back(std::move(*item));
  }
  return items;
}

std::optional<data::Range> read(const toml::node& node, const data::Range*) {
  const auto ends = read(node, static_cast<const std::vector<double>*>(nullptr));
  if (!ends || ends->size() != 2) return std::nullopt;
  return data::Range{(*ends)[0], (*ends)[1]};
}

void assign_enum(const Setting& setting, const EnumTarget& target, const toml::node& value) {
  const auto text = value.value_exact<std::string>();
  for (std::size_t i = 0; text && i < target.names.size(); ++i) {
    if (target.names[i] == *text) return target.set(i);
  }
  reject(setting, value);
}

}  // namespace

std::string node_text(const toml::node& value) {
  std::ostringstream stream;
  value.visit([&](const auto& concrete) { stream << concrete; });
  return stream.str();
}

void assign(const Setting& setting, const toml::node& value) {
  std::visit(
      [&](const auto& target) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(target)>, EnumTarget>) {
          assign_enum(setting, target, value);
        } else {
          auto read_value = read(value, target);
          if (!read_value) reject(setting, value);
          *target = std::move(*read_value);
        }
      },
      setting.target);
}

}  // namespace mote::pipeline
