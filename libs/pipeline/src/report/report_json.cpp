// Visitors of the field table: writing and reading report.json.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "mote/base/error.h"
#include "mote/pipeline/report_schema.h"
#include "report/report_fields.h"

namespace mote::pipeline {

namespace {

using Json = nlohmann::json;

template <class T>
concept Structure = requires {
  Fields<T>::kName;
};

template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
Json write(const T& value);

// An absent optional and an empty list make no key: a section is there or it is not.
template <class T>
void write_member(Json& object, const char* key, const T& value) {
  if constexpr (kIsOptional<T>) {
    if (value) object[key] = write(*value);
  } else if constexpr (kIsList<T>) {
    if (!value.empty()) object[key] = write(value);
  } else {
    object[key] = write(value);
  }
}

template <class T>
Json write(const T& value) {
  if constexpr (Structure<T>) {
    Json object = Json::object();
    Fields<T>::each([&](const char* key, auto member, const char*) { write_member(object, key, value.*member); });
    return object;
  } else if constexpr (kIsList<T>) {
    Json list = Json::array();
    for (const auto& element : value) list.push_back(write(element));
    return list;
  } else if constexpr (std::is_floating_point_v<T>) {
    if (std::isfinite(value)) return Json(value);
    throw Error(ErrorCode::kInvalid, fmt::format("[report] wanted finite numbers, got {}: JSON has no other", value));
  } else {
    return Json(value);
  }
}

// What JSON kind a C++ type is read from.
template <class T>
bool fits(const Json& json) {
  if constexpr (std::is_same_v<T, bool>) return json.is_boolean();
  if constexpr (std::is_same_v<T, std::string>) return json.is_string();
  if constexpr (std::is_unsigned_v<T>) return json.is_number_unsigned();
  if constexpr (std::is_integral_v<T>) return json.is_number_integer();
  if constexpr (std::is_floating_point_v<T>) return json.is_number();
  return json.is_object();
}

template <class T>
constexpr const char* wanted() {
  if constexpr (std::is_same_v<T, bool>) return "true or false";
  if constexpr (std::is_same_v<T, std::string>) return "a text";
  if constexpr (std::is_unsigned_v<T>) return "a whole number >= 0";
  if constexpr (std::is_integral_v<T>) return "a whole number";
  if constexpr (std::is_floating_point_v<T>) return "a number";
  return "an object";
}

[[noreturn]] void refuse(const std::string& path, const char* wanted, const Json& got) {
  throw Error(ErrorCode::kCorrupt, fmt::format("[report] wanted {} at {}, got {}: make the report again", wanted, path,
                                               got.is_null() ? "nothing" : got.type_name()));
}

template <class T>
void read(const Json& json, const std::string& path, T& value) {
  if constexpr (kIsOptional<T>) {
    read(json, path, value.emplace());
  } else if constexpr (kIsList<T>) {
    if (!json.is_array()) refuse(path, "a list", json);
    value.assign(json.size(), {});
    for (std::size_t i = 0; i < json.size(); ++i) read(json[i], fmt::format("{}[{}]", path, i), value[i]);
  } else if (!fits<T>(json)) {
    refuse(path, wanted<T>(), json);
  } else if constexpr (Structure<T>) {
    Fields<T>::each([&](const char* key, auto member, const char*) {
      const auto found = json.find(key);
      if (found != json.end()) read(*found, path + "." + key, value.*member);
    });
  } else {
    value = json.get<T>();
  }
}

bool holds_numbers_only(const Json& json) {
  for (const auto& element : json) {
    if (!element.is_number()) return false;
  }
  return json.is_array();
}

// nlohmann's dump gives every number a line of its own; a confusion matrix or a picture is unreadable that way.
void print(const Json& json, std::size_t depth, std::string& text) {
  if (!json.is_structured() || json.empty() || holds_numbers_only(json)) {
    text += json.dump();
    return;
  }
  const std::string indent(depth + 1, ' ');
  text += json.is_object() ? '{' : '[';
  const char* separator = "\n";
  for (const auto& [key, value] : json.items()) {
    text += separator + indent;
    if (json.is_object()) text += Json(key).dump() + ": ";
    print(value, depth + 1, text);
    separator = ",\n";
  }
  text += "\n" + std::string(depth, ' ') + (json.is_object() ? '}' : ']');
}

}  // namespace

Json to_json(const Report& report) {
  Json json = write(report);
  json["schema"] = kReportSchema;
  return json;
}

Json to_json(const Evaluation& evaluation) {
  return write(evaluation);
}

Json to_json(const DoctorFindings& findings) {
  return write(findings);
}

Json to_json(const MixedPrecision& mixed) {
  return write(mixed);
}

MixedPrecision mixed_from_json(const Json& json) {
  MixedPrecision mixed;
  read(json, "mixed", mixed);
  return mixed;
}

std::string report_text(const Report& report) {
  std::string text;
  print(to_json(report), 0, text);
  return text + "\n";
}

Report report_from_json(const Json& json) {
  const auto schema = json.is_object() ? json.find("schema") : json.end();
  if (schema == json.end() || *schema != kReportSchema) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("[report] wanted schema \"{}\", got {}: make the report again with this version of mote",
                            kReportSchema, schema == json.end() ? "none" : schema->dump()));
  }
  Report report;
  read(json, "report", report);
  return report;
}

}  // namespace mote::pipeline
