#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "templates.h"

namespace mote::app {
namespace {

struct Kind {
  const char* name;    // as on the command line
  const char* recipe;  // the built-in recipe it starts from
};

constexpr Kind kKinds[] = {
    {"kws", "keywords-synth"}, {"speech-commands", "speech-commands"}, {"csv", "arabic-commands"}, {"motion", "shake"}};

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

std::string_view recipe_text(const std::string& kind) {
  const auto chosen =
      std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& one) { return one.name == kind; });
  for (const Template& recipe : recipe_templates()) {
    if (chosen != std::end(kKinds) && recipe.name == chosen->recipe) return recipe.text;
  }
  const auto names = kind_names();
  throw Error(ErrorCode::kUsage,
              fmt::format("wanted a template ({}), got '{}'{}", join(names, ", "), kind, did_you_mean(kind, names)));
}

// The recipe's line `name = "…"` becomes the project's name.
std::string renamed(std::string_view text, const std::string& name) {
  std::string result;
  bool done = false;
  for (const std::string& line : split(text, '\n')) {
    const bool is_name = !done && line.starts_with("name = ");
    result += is_name ? fmt::format("name = \"{}\"\n", name) : line + "\n";
    done = done || is_name;
  }
  result.pop_back();
  return result;
}

int create(const std::string& name, const std::string& kind, const Session& session) {
  const std::filesystem::path folder(name);
  if (std::filesystem::exists(folder))
    throw Error(ErrorCode::kInvalid, fmt::format("'{}' is there already: choose another name", name));
  const std::string project = folder.filename().string();
  const std::filesystem::path recipe = folder / (project + ".toml");
  const std::string readme = fmt::format(
      "# {0}\n\n    mote check {0}.toml      # is the recipe good, is the data there\n    mote run {0}.toml        # "
      "train, quantize, "
      "export, report: runs/{0}\n    mote eval runs/{0}\n\nEvery key of a recipe: mote schema\n",
      project);
  write_file_atomic(recipe, std::string_view(renamed(recipe_text(kind), project)));
  write_file_atomic(folder / "README.md", std::string_view(readme));
  if (session.common.json) {
    fmt::print("{}\n", nlohmann::json{{"recipe", recipe.string()}}.dump());
  } else {
    fmt::print("{}\nnext: cd {} && mote run {}.toml\n", recipe.string(), name, project);
  }
  return kGood;
}

}  // namespace

void add_new(CLI::App& app, Action& chosen) {
  struct Options {
    std::string name;
    std::string kind = "kws";
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("new", "a project folder with a recipe that runs");
  command->add_option("name", options->name, "folder to make")->required();
  command->add_option("--template", options->kind,
                      "kws (words from synthesized speech), speech-commands, csv or motion");
  command->callback([options, &chosen] {
    chosen = [options](const Session& session) { return create(options->name, options->kind, session); };
  });
}

}  // namespace mote::app
