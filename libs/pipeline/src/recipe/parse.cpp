#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/pipeline/recipe.h"
#include "recipe/assign.h"

namespace mote::pipeline {
namespace {

constexpr std::string_view kLayers = "model.layers";
constexpr std::uint64_t kLongestRecipeBytes = 1 << 20;

std::string where(const std::filesystem::path& file, const toml::source_region& source) {
  return fmt::format("recipe {}:{}", file.string(), source.begin.line);
}

// A recipe's values by path, with tables flattened. Views into the parsed document.
using Values = std::vector<std::pair<std::string, const toml::node*>>;

void flatten(const toml::table& table, const std::string& prefix, Values& values) {
  for (const auto& [key, node] : table) {
    const std::string path = prefix.empty() ? std::string(key.str()) : fmt::format("{}.{}", prefix, key.str());
    const toml::table* inner = node.as_table();
    if (inner != nullptr) {
      flatten(*inner, path, values);
    } else {
      values.emplace_back(path, &node);
    }
  }
}

toml::table parse_toml(std::string_view text, const std::filesystem::path& file) {
  try {
    return toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::kCorrupt, fmt::format("{}: not TOML: {}", where(file, error.source()), error.description()));
  }
}

[[noreturn]] void unknown_key(const std::string& path, const std::vector<Setting>& settings) {
  std::vector<std::string> known;
  for (const Setting& setting : settings) known.push_back(setting.path);
  std::string hint = did_you_mean(path, known);
  if (hint.empty()) hint = " ('mote schema' lists them all)";
  throw Error(ErrorCode::kInvalid, fmt::format("unknown key '{}'{}", path, hint));
}

void assign_path(const std::vector<Setting>& settings, const std::string& path, const toml::node& value) {
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& s) { return s.path == path; });
  if (found == settings.end()) unknown_key(path, settings);
  assign(*found, value);
}

LayerSpec parse_layer(const toml::node& node, const std::filesystem::path& file) {
  const toml::table* table = node.as_table();
  return with_context(where(file, node.source()), [&] {
    if (table == nullptr)
      throw Error(ErrorCode::kInvalid, fmt::format("wanted a table in {}, got {}", kLayers, node_text(node)));
    LayerSpec layer;
    layer.line = static_cast<std::int64_t>(node.source().begin.line);
    for (const auto& [key, value] : *table) {
      if (key.str() == "op") layer.op = value.value_or(std::string());
      if (key.str() != "op") layer.values.emplace(key.str(), node_text(value));
    }
    if (layer.op.empty()) throw Error(ErrorCode::kInvalid, "a layer wants a key op, e.g. op = \"conv2d\"");
    return layer;
  });
}

void parse_layers(Recipe& recipe, const toml::node& node) {
  const toml::array* array = node.as_array();
  if (array == nullptr) throw Error(ErrorCode::kInvalid, "model.layers wants tables: [[model.layers]]");
  for (const toml::node& layer : *array) recipe.layers.push_back(parse_layer(layer, recipe.file));
}

// An override's value is TOML where it reads as such, else text.
toml::table override_table(const Override& change) {
  try {
    return toml::parse(fmt::format("value = {}\n", change.value));
  } catch (const toml::parse_error&) {
    toml::table table;
    table.insert("value", change.value);
    return table;
  }
}

// A key that takes text takes any text: --set project.name=7.
void assign_override(const std::vector<Setting>& settings, const Override& change) {
  with_context(fmt::format("--set {}={}", change.path, change.value), [&] {
    const toml::table table = override_table(change);
    const toml::value<std::string> text(change.value);
    const auto found = std::find_if(settings.begin(), settings.end(),
                                    [&](const Setting& setting) { return setting.path == change.path; });
    if (found == settings.end()) unknown_key(change.path, settings);
    const bool plain = std::holds_alternative<std::string*>(found->target) ||
                       std::holds_alternative<std::filesystem::path*>(found->target);
    const toml::node& value = *table.get("value");
    assign(*found, plain && !value.is_string() ? static_cast<const toml::node&>(text) : value);
  });
}

// Presets set the defaults of their table, so they come before every other key.
void apply_presets(Recipe& recipe, const Values& values, std::span<const Override> overrides) {
  std::vector<Setting> settings = settings_of(recipe);
  for (const auto& value : values) {
    if (!value.first.ends_with(".preset")) continue;
    with_context(where(recipe.file, value.second->source()),
                 [&] { assign_path(settings, value.first, *value.second); });
  }
  for (const Override& change : overrides) {
    if (change.path.ends_with(".preset")) assign_override(settings, change);
  }
  const std::string features = recipe.features_preset.preset;
  const std::string augment = recipe.augment_plan.preset;
  recipe.features = dsp::feature_preset(features);
  recipe.augment = data::augment_preset(augment);
}

}  // namespace

Override parse_override(std::string_view text) {
  const std::size_t at = text.find('=');
  if (at == std::string_view::npos || at == 0) {
    throw Error(ErrorCode::kUsage, fmt::format("--set wants key=value (e.g. train.epochs=5), got '{}'", text));
  }
  return {std::string(trim(text.substr(0, at))), std::string(trim(text.substr(at + 1)))};
}

Recipe parse_recipe(std::string_view text, const std::filesystem::path& file, std::span<const Override> overrides) {
  const toml::table document = parse_toml(text, file);
  Values values;
  flatten(document, "", values);
  Recipe recipe;
  recipe.file = file;
  apply_presets(recipe, values, overrides);
  const std::vector<Setting> settings = settings_of(recipe);
  for (const auto& [path, node] : values) {
    with_context(where(file, node->source()), [&, path = path, node = node] {
      if (path == kLayers) return parse_layers(recipe, *node);
      assign_path(settings, path, *node);
    });
  }
  for (const Override& change : overrides) assign_override(settings, change);
  with_context(fmt::format("recipe {}", file.string()), [&] { recipe.validate(); });
  return recipe;
}

Recipe load_recipe(const std::filesystem::path& path, std::span<const Override> overrides) {
  return parse_recipe(read_text_file(path, kLongestRecipeBytes), path, overrides);
}

}  // namespace mote::pipeline
