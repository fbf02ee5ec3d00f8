// One recipe key: its path, help and where its value lives. Recipes are read, overridden, printed, hashed and explained
// through a list of these, made by visiting the settings structs of the libraries: a key stands in one table only.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/data/range.h"

namespace mote::pipeline {

// An enum behind its table of names.
struct EnumTarget {
  std::span<const std::string_view> names;
  std::function<std::size_t()> get;
  std::function<void(std::size_t)> set;
};

using SettingTarget = std::variant<bool*, std::int32_t*, std::int64_t*, std::uint64_t*, float*, double*, std::string*,
                                   std::filesystem::path*, std::vector<std::string>*, std::vector<std::int32_t>*,
                                   std::vector<float>*, std::vector<double>*, data::Range*, EnumTarget>;

struct Setting {
  std::string path;  // "train.epochs", "augment.noise.snr_db"
  std::string help;
  SettingTarget target;

  // The value as TOML: 40, "mfcc", [5.0, 35.0].
  std::string text() const;
  // "integer", "number", "text", "one of mfcc, log_mel", "list of text", "range [low, high]".
  std::string type() const;
};

// Collects the settings of one struct under a prefix: `visit_fields(settings, SettingCollector(list, "train"))`.
class SettingCollector {
 public:
  SettingCollector(std::vector<Setting>& list, std::string prefix) : list_(list), prefix_(std::move(prefix)) {}

  template <class Value>
  void operator()(std::string_view name, Value& value, std::string_view help) const {
    list_.push_back({prefix_ + "." + std::string(name), std::string(help), target(value)});
  }

 private:
  template <class Value>
  static SettingTarget target(Value& value) {
    if constexpr (NamedEnum<Value>) {
      return EnumTarget{EnumNames<Value>::kNames, [&value] { return static_cast<std::size_t>(value); },
                        [&value](std::size_t index) { value = static_cast<Value>(index); }};
    } else {
      return &value;
    }
  }

  std::vector<Setting>& list_;
  std::string prefix_;
};

}  // namespace mote::pipeline
