// Recipes and data set descriptions that are built into the program, so that `mote new` and `mote data fetch` work
// wherever it is installed. Made from recipes/ and datasets/ by CMake.
#pragma once

#include <span>
#include <string_view>

namespace mote::app {

struct Template {
  std::string_view name;  // "keywords-synth"
  std::string_view text;
};

std::span<const Template> recipe_templates();
std::span<const Template> dataset_descriptions();

}  // namespace mote::app
