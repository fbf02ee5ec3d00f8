// Documents made from the command line itself and from the tables of recipe and report, so that none of them can be out
// of date: man page, shell completion, docs/recipes.md, docs/report.md.
#include <fmt/format.h>

#include "commands.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/pipeline/recipe.h"
#include "mote/pipeline/report_schema.h"

namespace mote::app {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string roff(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '-' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string man_options(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->nonpositional() ? option->get_name() : option->get_name(true);
    text += fmt::format(".TP\n.B {}\n{}\n", roff(name), roff(option->get_description()));
  }
  return text;
}

// A command and the commands below it, e.g. "data" and "data fetch".
std::string man_command(const CLI::App& command, const std::string& name) {
  std::string text = fmt::format(".SS {}\n{}\n{}", roff(name), roff(command.get_description()), man_options(command));
  for (const CLI::App* inner : commands_of(command)) text += man_command(*inner, name + " " + inner->get_name());
  return text;
}

std::string man_page(const CLI::App& app) {
  std::string text = fmt::format(
      ".TH MOTE 1 \"\" \"mote {}\" \"User Commands\"\n.SH NAME\nmote \\- from a recipe to a neural network "
      "on a microcontroller\n.SH SYNOPSIS\n.B mote\n.I command\n[options]\n.SH OPTIONS\n{}",
      MOTE_VERSION, man_options(app));
  text += ".SH COMMANDS\n";
  for (const CLI::App* command : commands_of(app)) text += man_command(*command, command->get_name());
  text +=
      ".SH EXIT STATUS\n0: good. 1: failed. 2: the command line is wrong. 3: a budget or gate of the recipe was "
      "missed.\n";
  return text;
}

std::string bash_completion(const CLI::App& app) {
  std::string names;
  std::string cases;
  for (const CLI::App* command : commands_of(app)) {
    names += command->get_name() + " ";
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command->get_name(), join(option_names(*command), " "));
  }
  const std::string common = join(option_names(app), " ");
  return fmt::format(
      "_mote() {{\n  local word=${{COMP_WORDS[COMP_CWORD]}} words=\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    "
      "COMPREPLY=($(compgen -W "
      "\"{}{}\" -- \"$word\"))\n    return\n  fi\n  case ${{COMP_WORDS[1]}} in\n{}  esac\n  case $word in\n    -*) "
      "COMPREPLY=($(compgen "
      "-W \"$words {}\" -- \"$word\")) ;;\n    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}}\ncomplete -o "
      "filenames -F _mote "
      "mote\n",
      names, common, cases, common);
}

std::string fish_completion(const CLI::App& app) {
  std::string text;
  const auto quoted = [](std::string value) {
    std::erase(value, '\'');
    return value;
  };
  for (const CLI::App* command : commands_of(app)) {
    text += fmt::format("complete -c mote -n __fish_use_subcommand -a {} -d '{}'\n", command->get_name(),
                        quoted(command->get_description()));
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        text += fmt::format("complete -c mote -n '__fish_seen_subcommand_from {}' -l {} -d '{}'\n", command->get_name(),
                            name, quoted(option->get_description()));
      }
    }
  }
  return text;
}

std::string zsh_completion(const CLI::App& app) {
  return "#compdef mote\nautoload -U +X bashcompinit && bashcompinit\n" + bash_completion(app);
}

std::string recipe_reference() {
  return "# Recipe keys\n\nMade by `mote document recipes`. A recipe is TOML; every key may be left out. `--set "
         "table.key=value` "
         "overrides a key.\n\n" +
         pipeline::schema_markdown();
}

}  // namespace

void add_document(CLI::App& app, Action& chosen) {
  auto kind = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("document", "prints man, bash, zsh, fish (completion), recipes or report (references)");
  command->add_option("kind", *kind)
      ->required()
      ->check(CLI::IsMember({"man", "bash", "zsh", "fish", "recipes", "report"}));
  command->callback([kind, &app, &chosen] {
    chosen = [kind, &app](const Session&) {
      if (*kind == "man") fmt::print("{}", man_page(app));
      if (*kind == "bash") fmt::print("{}", bash_completion(app));
      if (*kind == "zsh") fmt::print("{}", zsh_completion(app));
      if (*kind == "fish") fmt::print("{}", fish_completion(app));
      if (*kind == "recipes") fmt::print("{}", recipe_reference());
      if (*kind == "report") fmt::print("{}", pipeline::report_reference_markdown());
      return kGood;
    };
  });
}

}  // namespace mote::app
