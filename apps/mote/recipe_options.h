// The recipe of a command, with its --set overrides.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "mote/pipeline/recipe.h"

namespace mote::app {

struct RecipeOptions {
  std::string recipe;
  std::vector<std::string> set;
  std::string out;

  pipeline::Recipe load() const {
    std::vector<pipeline::Override> overrides;
    for (const std::string& text : set) overrides.push_back(pipeline::parse_override(text));
    return pipeline::load_recipe(recipe, overrides);
  }
  // Without --out: runs/NAME below the folder that mote was called in.
  std::filesystem::path folder(const pipeline::Recipe& loaded) const {
    if (!out.empty()) return out;
    return std::filesystem::path("runs") / loaded.project.name;
  }
};

inline void add_recipe_options(CLI::App& command, RecipeOptions& options) {
  command.add_option("recipe", options.recipe, "the recipe, a TOML file")->required();
  command.add_option("--set", options.set,
                     "KEY=VALUE: overrides a key of the recipe, e.g. train.epochs=5; may be repeated");
}

}  // namespace mote::app
