// Recipes: any text is read or refused with an Error; what is read prints as TOML that reads back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mote/base/error.h"
#include "mote/pipeline/recipe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace mote::pipeline;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  Recipe recipe;
  try {
    recipe = parse_recipe(text, "fuzz.toml");
  } catch (const mote::Error&) {
    return 0;
  }
  const std::string printed = to_toml(recipe);
  if (to_toml(parse_recipe(printed, "fuzz.toml")) != printed) std::abort();
  return 0;
}
