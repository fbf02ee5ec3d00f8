#include "commands.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "layer_types.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/data/fetch.h"
#include "mote/pipeline/evaluate_model.h"
#include "mote/pipeline/recipe.h"
#include "mote/pipeline/run.h"
#include "recipe_options.h"
#include "templates.h"

namespace mote::app {
namespace {

using nlohmann::json;

pipeline::RunOptions run_options(const Session& session) {
  pipeline::RunOptions options;
  options.threads = session.common.threads;
  options.log = &session.log;
  options.stop = &session.stop;
  return options;
}

std::string percent(double share) {
  return fmt::format("{:6.2f} %", share * 100);
}

void print_evaluation(const pipeline::Evaluation& evaluation) {
  fmt::print("\n{:<20}{:>13}{:>13}\n", fmt::format("{} clips, {}", evaluation.int8->clips, evaluation.split), "FP32",
             "INT8");
  const auto row = [&](const char* name, auto&& value) {
    fmt::print("{:<20}{:>13}{:>13}\n", name, evaluation.fp32 ? value(*evaluation.fp32) : "-", value(*evaluation.int8));
  };
  row("accuracy", [](const evaluate::Metrics& m) { return percent(m.accuracy); });
  row("  95 % interval", [](const evaluate::Metrics& m) {
    return fmt::format("{:.1f}..{:.1f}", m.accuracy_interval.low * 100, m.accuracy_interval.high * 100);
  });
  row("balanced accuracy", [](const evaluate::Metrics& m) { return percent(m.balanced_accuracy); });
  row("macro F1", [](const evaluate::Metrics& m) { return percent(m.macro_f1); });
  row("calibration error", [](const evaluate::Metrics& m) { return percent(m.expected_calibration_error); });
  if (evaluation.comparison) {
    fmt::print("{:<20}{:>13}{:>13}\n", "disagreements", "", evaluation.comparison->disagreements);
  }
  for (const std::string& note : evaluation.notes) fmt::print("note: {}\n", note);
}

void print_class_table(const evaluate::Metrics& metrics) {
  const auto cell = [](const std::optional<double>& value) { return value ? percent(*value) : std::string("-"); };
  fmt::print("\n{:<16}{:>8}{:>12}{:>12}\n", "INT8 by class", "clips", "precision", "recall");
  for (const evaluate::ClassMetrics& one : metrics.classes) {
    fmt::print("{:<16}{:>8}{:>12}{:>12}\n", one.name, one.support, cell(one.precision), cell(one.recall));
  }
}

void print_device_check(const pipeline::DeviceCheck& check) {
  if (!check.skipped.empty()) {
    fmt::print("C bundle   not compared with the desktop: {}\n", check.skipped);
  } else if (!check.equal) {
    fmt::print("C bundle   DIFFERS from the desktop: {}\n", check.difference);
  } else {
    fmt::print("C bundle   equal to the desktop on {}: {} clips, {} layers, every byte\n", check.core, check.clips,
               check.layers);
  }
}

void print_steps(const std::vector<pipeline::StepResult>& steps) {
  if (steps.size() < 2) return;
  fmt::print("\n{:<10}{:>10}{:>10}{:>12}{:>14}{:>12}{:>24}\n", "step", "FP32", "INT8", "weights", "MACs", "arena",
             "cortex-m4 instructions");
  for (const pipeline::StepResult& step : steps) {
    fmt::print("{:<10}{:>10}{:>10}{:>12}{:>14}{:>12}{:>24}\n", step.step, percent(step.fp32_accuracy),
               percent(step.int8_accuracy), human_bytes(step.weight_bytes), group_digits(step.macs),
               human_bytes(step.arena_bytes), group_digits(step.instructions));
  }
}

void print_mixed(const pipeline::MixedPrecision& mixed) {
  fmt::print("\ntypes of weights, chosen on {} {} clips before fine-tuning; on cortex-m4:\n", mixed.clips, mixed.split);
  for (const pipeline::TypesCost& cost : mixed.costs) {
    const std::string greatest = cost.greatest ? group_digits(*cost.greatest) : "no";
    fmt::print("{:<14}{:>12} with int8, {:>12} budget, {:>12} chosen\n", cost.name, group_digits(cost.int8), greatest,
               group_digits(cost.chosen));
  }
  fmt::print("divergence of the scores with each type, nats:\n");
  print_layer_types(mixed.layers);
}

void print_outcome(const pipeline::RunOutcome& outcome, const std::filesystem::path& folder) {
  if (outcome.done.empty()) fmt::print("nothing to do: every stage in '{}' is current\n", folder.string());
  if (!outcome.report) return;
  const pipeline::Report& report = *outcome.report;
  for (const pipeline::Notice& notice : report.notices)
    fmt::print("{}: {}: {}\n", notice.severity, notice.topic, notice.text);
  print_evaluation(*report.evaluation);
  print_steps(report.steps);
  if (report.mixed) print_mixed(*report.mixed);
  fmt::print("\nmodel      {} ({}), arena {}, {} MACs\n", (folder / "model.tflite").string(),
             human_bytes(report.sizes->tflite_bytes), human_bytes(report.sizes->arena_bytes),
             group_digits(report.sizes->macs));
  fmt::print("C array    {}\nreport     {}\n", (folder / "model_data.cc").string(), (folder / "report.html").string());
  if (report.device) print_device_check(*report.device);
  for (const pipeline::Gate& gate : report.gates) {
    fmt::print("gate       {}: {} {} {} {}, measured {:.6g}\n", gate.passed ? "passed" : "MISSED", gate.name,
               gate.rule == "at_least" ? ">=" : "<=", gate.limit, gate.unit, gate.measured);
  }
}

json outcome_json(const pipeline::RunOutcome& outcome, const std::filesystem::path& folder) {
  json done = json::array();
  for (pipeline::RunStage stage : outcome.done) done.push_back(enum_name(stage));
  json document{{"folder", folder.string()}, {"done", done}, {"gates_passed", outcome.gates_passed}};
  if (outcome.report) document["report"] = pipeline::to_json(*outcome.report);
  return document;
}

int run_recipe(const RecipeOptions& chosen, pipeline::RunStage last, const Session& session) {
  const pipeline::Recipe recipe = chosen.load();
  const std::filesystem::path folder = chosen.folder(recipe);
  pipeline::RunOptions options = run_options(session);
  options.out = folder;
  options.last = last;
  const pipeline::RunOutcome outcome = pipeline::run(recipe, options);
  if (session.common.json) {
    fmt::print("{}\n", outcome_json(outcome, folder).dump(1));
  } else if (!session.common.quiet) {
    print_outcome(outcome, folder);
  }
  const auto* check = outcome.report && outcome.report->device ? &*outcome.report->device : nullptr;
  if (check != nullptr && check->skipped.empty() && !check->equal) return kFailed;
  return outcome.gates_passed ? kGood : kGateMissed;
}

void add_stage(CLI::App& app, Action& chosen, const char* name, const char* help, pipeline::RunStage last) {
  auto options = std::make_shared<RecipeOptions>();
  CLI::App* command = app.add_subcommand(name, help);
  add_recipe_options(*command, *options);
  command->add_option("--out", options->out, "run directory; default runs/NAME");
  command->callback([options, last, &chosen] {
    chosen = [options, last](const Session& session) { return run_recipe(*options, last, session); };
  });
}

// data --------------------------------------------------------------------------------------------------------------

json data_json(const pipeline::DataReport& report) {
  const data::DatasetSummary& summary = report.summary;
  json classes = json::array();
  for (std::size_t i = 0; i < summary.labels.size(); ++i) {
    const auto& counts = summary.counts[i];
    classes.push_back({{"name", summary.labels[i]},
                       {"train", counts[0].clips},
                       {"validation", counts[1].clips},
                       {"test", counts[2].clips}});
  }
  json unreadable = json::array();
  for (const data::ReadFailure& failure : summary.unreadable) unreadable.push_back(failure.message());
  json duplicates = json::array();
  for (const data::Duplicate& copy : summary.duplicates)
    duplicates.push_back({{"clip", copy.id}, {"copy_of", copy.copy_of}});
  return {{"name", summary.name},      {"split_rule", summary.split_rule}, {"classes", classes},
          {"clips", summary.clips},    {"duration_s", summary.duration_s}, {"clipped", summary.clipped},
          {"silent", summary.silent},  {"duplicates", duplicates},         {"unreadable", unreadable},
          {"skipped", summary.skipped}};
}

void print_list(const char* what, const std::vector<std::string>& items) {
  constexpr std::size_t kShown = 5;
  if (items.empty()) return;
  fmt::print("{}: {}\n", what, items.size());
  for (std::size_t i = 0; i < std::min(kShown, items.size()); ++i) fmt::print("  {}\n", items[i]);
  if (items.size() > kShown) fmt::print("  … and {} more (--json lists all)\n", items.size() - kShown);
}

void print_data(const pipeline::DataReport& report) {
  const data::DatasetSummary& summary = report.summary;
  fmt::print("{}, split {}\n\n{:<20}{:>8}{:>12}{:>8}{:>10}\n", summary.name, summary.split_rule, "class", "train",
             "validation", "test", "groups");
  for (std::size_t i = 0; i < summary.labels.size(); ++i) {
    const auto& counts = summary.counts[i];
    fmt::print("{:<20}{:>8}{:>12}{:>8}{:>10}\n", summary.labels[i], counts[0].clips, counts[1].clips, counts[2].clips,
               counts[0].groups + counts[1].groups + counts[2].groups);
  }
  fmt::print("\n{} clips", summary.clips);
  if (summary.duration_s > 0) {
    fmt::print(", {:.1f} minutes, {:.2f} to {:.2f} s a clip", summary.duration_s / 60, summary.shortest_s,
               summary.longest_s);
  }
  fmt::print("\n");
  print_list("clipped", summary.clipped);
  print_list("silent", summary.silent);
  std::vector<std::string> copies;
  for (const data::Duplicate& copy : summary.duplicates) copies.push_back(copy.id + " is a copy of " + copy.copy_of);
  print_list("duplicates", copies);
  std::vector<std::string> failures;
  for (const data::ReadFailure& failure : summary.unreadable) failures.push_back(failure.message());
  print_list("unreadable", failures);
  for (const auto& [label, count] : summary.skipped) fmt::print("left out: {} clips of '{}'\n", count, label);
  for (const pipeline::Notice& notice : report.notices)
    fmt::print("{}: {}: {}\n", notice.severity, notice.topic, notice.text);
}

int show_data(const RecipeOptions& chosen, const Session& session) {
  const pipeline::DataReport report = pipeline::inspect_data(chosen.load(), run_options(session));
  if (session.common.json) {
    fmt::print("{}\n", data_json(report).dump(1));
  } else {
    print_data(report);
  }
  return kGood;
}

data::DatasetDescription description_of(const std::string& name) {
  std::vector<std::string> known;
  for (const Template& description : dataset_descriptions()) {
    known.emplace_back(description.name);
    if (description.name == name) return data::parse_description(description.text, name);
  }
  if (std::filesystem::exists(name)) return data::load_description(name);
  throw Error(ErrorCode::kNotFound, fmt::format("wanted a data set ({}) or a description file, got '{}'{}",
                                                join(known, ", "), name, did_you_mean(name, known)));
}

// eval --------------------------------------------------------------------------------------------------------------

struct EvalOptions {
  std::string model, data, layout, split, dump;
};

int evaluate(const EvalOptions& chosen, const Session& session) {
  pipeline::EvaluateOptions options;
  options.model = chosen.model;
  options.data = chosen.data;
  options.dump = chosen.dump;
  if (!chosen.layout.empty()) options.layout = data::layout_from_name(chosen.layout);
  for (data::Split split : data::kSplits) {
    if (to_string(split) == chosen.split) options.split = split;
  }
  options.threads = session.common.threads;
  options.log = &session.log;
  const pipeline::Evaluation evaluation = pipeline::evaluate_model(options);
  if (session.common.json) {
    fmt::print("{}\n", pipeline::to_json(evaluation).dump(1));
    return kGood;
  }
  print_evaluation(evaluation);
  print_class_table(*evaluation.int8);
  return kGood;
}

}  // namespace

int run_up_to_export(const RecipeOptions& chosen, const Session& session) {
  return run_recipe(chosen, pipeline::RunStage::kExport, session);
}

void add_check(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<RecipeOptions>();
  CLI::App* command =
      app.add_subcommand("check", "validates the recipe, data paths and the budget, before any training");
  add_recipe_options(*command, *options);
  command->callback([options, &chosen] {
    chosen = [options](const Session& session) {
      const std::vector<std::string> lines = pipeline::check(options->load(), session.log);
      if (session.common.json) {
        fmt::print("{}\n", json{{"good", true}, {"summary", lines}}.dump(1));
      } else {
        fmt::print("{}\nthe recipe is good\n", join(lines, "\n"));
      }
      return kGood;
    };
  });
}

void add_run(CLI::App& app, Action& chosen) {
  using pipeline::RunStage;
  add_stage(app, chosen, "run", "all stages of a recipe; goes on where it stopped", RunStage::kEvaluate);
  add_stage(app, chosen, "features", "up to the feature cache", RunStage::kFeatures);
  add_stage(app, chosen, "train", "up to the trained network", RunStage::kTrain);
  add_stage(app, chosen, "compress", "up to the last of compress.steps", RunStage::kCompress);
  add_stage(app, chosen, "quantize", "up to the int8 network", RunStage::kQuantize);
}

void add_data(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("data", "what a recipe's data set holds; or data fetch NAME to download one");
  auto options = std::make_shared<RecipeOptions>();
  command->add_option("recipe", options->recipe, "the recipe, a TOML file");
  command->add_option("--set", options->set, "KEY=VALUE: overrides a key of the recipe; may be repeated");

  CLI::App* fetch = command->add_subcommand("fetch", "downloads, checks and unpacks a described data set; resumable");
  auto name = std::make_shared<std::string>();
  auto folder = std::make_shared<std::string>(".");
  auto mirror = std::make_shared<std::string>();
  fetch->add_option("name", *name, "name of a built-in description, or a description file")->required();
  fetch->add_option("--to", *folder, "folder in which the data set's own folder is made");
  fetch->add_option("--mirror", *mirror, "URL of a folder that holds the archives, instead of the described one");
  fetch->callback([name, folder, mirror, &chosen] {
    chosen = [name, folder, mirror](const Session& session) {
      data::FetchOptions fetch_options;
      fetch_options.mirror = *mirror;
      const std::filesystem::path path = data::fetch(description_of(*name), *folder, fetch_options, session.log);
      fmt::print("{}\n", session.common.json ? json{{"folder", path.string()}}.dump() : path.string());
      return kGood;
    };
  });
  command->callback([options, fetch, &chosen] {
    if (fetch->parsed()) return;
    if (options->recipe.empty()) throw CLI::RequiredError("recipe");
    chosen = [options](const Session& session) { return show_data(*options, session); };
  });
}

void add_eval(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand("eval", "FP32 against INT8, on the recipe's clips or on others");
  command->add_option("model", options->model, "run directory, or a .tflite that mote exported")->required();
  command->add_option("--data", options->data, "other clips: a folder (label/clip), Speech Commands, or a CSV list");
  command
      ->add_option("--layout", options->layout, "layout of --data: folders, speech-commands or csv; default: detected")
      ->check(CLI::IsMember({"folders", "speech-commands", "csv"}));
  command->add_option("--split", options->split, "train, validation or test")
      ->check(CLI::IsMember({"train", "validation", "test"}));
  command->add_option("--dump", options->dump,
                      "folder for the int8 model's inputs.bin and outputs.bin, record by record, and clips.txt");
  command->callback(
      [options, &chosen] { chosen = [options](const Session& session) { return evaluate(*options, session); }; });
}

void add_schema(CLI::App& app, Action& chosen) {
  auto key = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("schema", "every recipe key with default, type and help");
  command->add_option("prefix", *key, "only keys that begin so, e.g. train");
  command->callback([key, &chosen] {
    chosen = [key](const Session& session) {
      pipeline::Recipe defaults;
      json document = json::array();
      std::vector<std::string> known;
      for (const pipeline::Setting& setting : pipeline::settings_of(defaults)) {
        known.push_back(setting.path.substr(0, setting.path.find('.')));
        if (!setting.path.starts_with(*key)) continue;
        document.push_back({{"key", setting.path},
                            {"default", json::parse(setting.text())},
                            {"type", setting.type()},
                            {"help", setting.help}});
        if (!session.common.json)
          fmt::print("{} = {}\n    {} ({})\n", setting.path, setting.text(), setting.help, setting.type());
      }
      if (document.empty()) {
        throw Error(ErrorCode::kNotFound,
                    fmt::format("wanted the beginning of a key, got '{}'{}", *key, did_you_mean(*key, known)));
      }
      if (session.common.json) fmt::print("{}\n", document.dump(1));
      return kGood;
    };
  });
}

}  // namespace mote::app
