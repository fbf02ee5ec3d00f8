#include "mote/pipeline/feature_metadata.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <nlohmann/json.hpp>

#include "mote/base/error.h"
#include "recipe/assign.h"
#include "recipe/tables.h"

namespace mote::pipeline {
namespace {

using nlohmann::json;

template <class Settings>
std::vector<Setting> list(Settings& settings) {
  std::vector<Setting> result;
  visit_fields(settings, SettingCollector(result, "features"));
  return result;
}

std::string key_of(const Setting& setting) {
  return setting.path.substr(setting.path.find('.') + 1);
}

// The text of a setting is TOML; for the types that settings have it is JSON as well.
template <class Settings>
json to_json_object(Settings settings) {
  json object = json::object();
  for (const Setting& setting : list(settings)) object[key_of(setting)] = json::parse(setting.text());
  return object;
}

// Keys that this version does not know are passed over: a newer mote may have added them.
template <class Settings>
void from_json_object(const json& object, Settings& settings) {
  for (const Setting& setting : list(settings)) {
    const auto found = object.find(key_of(setting));
    if (found == object.end()) continue;
    const toml::table table = toml::parse("value = " + found->dump());
    assign(setting, *table.get("value"));
  }
}

FeatureMetadata read(const json& document) {
  if (document.at("format") != kFeatureMetadataFormat) {
    throw Error(ErrorCode::kUnsupported, fmt::format("wanted metadata of format {}, got {}", kFeatureMetadataFormat,
                                                     document.at("format").dump()));
  }
  FeatureMetadata result;
  from_json_object(document.at("features"), result.features);
  from_json_object(document.at("postprocess"), result.postprocess);
  result.labels = document.at("labels").get<std::vector<std::string>>();
  result.clip_ms = document.at("clip_ms").get<double>();
  result.fit = document.at("fit").get<std::string>();
  const json& provenance = document.at("provenance");
  result.name = provenance.at("name").get<std::string>();
  result.version = provenance.at("mote").get<std::string>();
  result.instruction_set = provenance.at("instruction_set").get<std::string>();
  result.seed = provenance.at("seed").get<std::uint64_t>();
  result.recipe_hash = provenance.at("recipe_hash").get<std::string>();
  result.data_hash = provenance.at("data_hash").get<std::string>();
  result.features.validate();
  if (!(result.clip_ms > 0 && result.clip_ms <= 60000)) {
    throw Error(ErrorCode::kInvalid, fmt::format("clip_ms wants (0, 60000], got {}", result.clip_ms));
  }
  return result;
}

}  // namespace

std::string to_text(const FeatureMetadata& metadata) {
  const json document{{"format", kFeatureMetadataFormat},
                      {"features", to_json_object(metadata.features)},
                      {"postprocess", to_json_object(metadata.postprocess)},
                      {"labels", metadata.labels},
                      {"clip_ms", metadata.clip_ms},
                      {"fit", metadata.fit},
                      {"provenance",
                       {{"name", metadata.name},
                        {"mote", metadata.version},
                        {"instruction_set", metadata.instruction_set},
                        {"seed", metadata.seed},
                        {"recipe_hash", metadata.recipe_hash},
                        {"data_hash", metadata.data_hash}}}};
  return document.dump();
}

FeatureMetadata parse_feature_metadata(const std::string& text) {
  return with_context("metadata mote.features", [&] {
    try {
      return read(json::parse(text));
    } catch (const json::exception& error) {
      throw Error(ErrorCode::kCorrupt, fmt::format("not the JSON that mote writes: {}", error.what()));
    } catch (const toml::parse_error& error) {
      throw Error(ErrorCode::kCorrupt, fmt::format("not the JSON that mote writes: {}", error.description()));
    }
  });
}

}  // namespace mote::pipeline
