// export and compile: what leaves the house.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/pipeline/bundle.h"
#include "mote/pipeline/project.h"
#include "recipe_options.h"

namespace mote::app {
namespace {

using nlohmann::json;

struct BundleChoice {
  std::string model, out, name, target, optimize = "balanced", form = "calls";
  bool single_file = false;
  bool stream = false;

  pipeline::BundleRequest request(const Session& session) const {
    pipeline::BundleRequest request;
    request.model = model;
    request.out = out;
    request.name = name;
    request.target = target;
    request.optimize = *enum_value<plan::Optimize>(optimize);
    request.form = *enum_value<exporter::BundleForm>(form);
    request.inference = stream ? pipeline::Inference::kHop : pipeline::Inference::kWindow;
    request.files = single_file ? exporter::BundleFiles::kSingle : exporter::BundleFiles::kFolder;
    request.log = &session.log;
    return request;
  }
};

void add_bundle_options(CLI::App& command, BundleChoice& choice) {
  command.add_option("--name", choice.name, "begins the names of files, functions and constants; default: the model's");
  command.add_option("--target", choice.target, "a board: kernels of its core, its limits; default: plain C for any");
  command.add_option("--optimize", choice.optimize, "with --target: size (least flash and RAM), balanced or speed")
      ->check(CLI::IsMember({"size", "balanced", "speed"}));
  command
      .add_option("--form", choice.form,
                  "calls (straight-line, the smallest), or tables that an executor checks and runs")
      ->check(CLI::IsMember({"calls", "tables"}));
  command.add_flag("--single-file", choice.single_file, "one header and one source");
  command.add_flag("--stream", choice.stream,
                   "new frames only, hop after hop, with the bytes of whole windows; the model must not pad in time");
}

struct ProjectChoice {
  std::string ecosystem, runtime = "bundle";

  pipeline::ProjectRequest request(const BundleChoice& bundle) const {
    pipeline::ProjectRequest request;
    request.model = bundle.model;
    request.out = bundle.out;
    request.name = bundle.name;
    request.ecosystem = ecosystem;
    request.runtime = *enum_value<exporter::ProjectRuntime>(runtime);
    request.target = bundle.target;
    request.optimize = *enum_value<plan::Optimize>(bundle.optimize);
    request.form = *enum_value<exporter::BundleForm>(bundle.form);
    return request;
  }
};

void add_project_options(CLI::App& command, ProjectChoice& choice) {
  std::vector<std::string> names;
  for (const exporter::Ecosystem& ecosystem : exporter::ecosystems()) names.push_back(ecosystem.name);
  command.add_option("--project", choice.ecosystem,
                     fmt::format("a project ready to open, of a run directory or a .tflite: {}", join(names, ", ")));
  command.add_option("--runtime", choice.runtime, "with --project: bundle (plain C), or tflm (TensorFlow Lite Micro)")
      ->check(CLI::IsMember({"bundle", "tflm"}));
}

int write_project(const ProjectChoice& choice, const BundleChoice& bundle, const Session& session) {
  if (bundle.single_file) throw Error(ErrorCode::kUsage, "--single-file belongs to --format c, not to --project");
  const pipeline::ProjectOutcome outcome = pipeline::export_project(choice.request(bundle));
  if (session.common.json) {
    fmt::print("{}\n", json{{"folder", outcome.folder.string()},
                            {"name", outcome.name},
                            {"project", choice.ecosystem},
                            {"board", outcome.board},
                            {"front_end", outcome.has_frontend},
                            {"arena_bytes", outcome.arena_bytes}}
                           .dump(1));
    return kGood;
  }
  if (session.common.quiet) return kGood;
  fmt::print("project    {}: {} for {}\narena      {}\n", outcome.folder.string(), outcome.title, outcome.board,
             human_bytes(outcome.arena_bytes));
  return kGood;
}

int write_c(const BundleChoice& choice, const Session& session) {
  const pipeline::BundleOutcome outcome = pipeline::export_bundle(choice.request(session));
  const plan::Cost& cost = outcome.cost;
  if (session.common.json) {
    fmt::print("{}\n", json{{"folder", outcome.folder.string()},
                            {"name", outcome.name},
                            {"front_end", outcome.has_frontend},
                            {"arena_bytes", outcome.arena_bytes},
                            {"weight_bytes", cost.weight_bytes},
                            {"table_bytes", cost.table_bytes},
                            {"macs", cost.multiply_accumulates},
                            {"window_macs", outcome.removal.after.multiply_accumulates},
                            {"removed_filters", outcome.removal.before.filters - outcome.removal.after.filters}}
                           .dump(1));
    return kGood;
  }
  if (session.common.quiet) return kGood;
  fmt::print("bundle     {}/{}.h{}\n", outcome.folder.string(), outcome.name,
             outcome.has_frontend ? ", with its front end" : ", without a front end: the application makes the input");
  fmt::print("arena      {}\nconstants  {} in flash\n", human_bytes(outcome.arena_bytes),
             human_bytes(cost.flash_bytes()));
  if (choice.stream)
    fmt::print("a hop      {} MACs, where a window takes {}\n", group_digits(cost.multiply_accumulates),
               group_digits(outcome.removal.after.multiply_accumulates));
  return kGood;
}

}  // namespace

void add_export(CLI::App& app, Action& chosen) {
  struct Options {
    RecipeOptions recipe;
    BundleChoice bundle;
    ProjectChoice project;
    std::string format = "tflite";
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("export",
                                         "model.tflite and model_data from a recipe; with --format c or --project, "
                                         "from a run directory: plain C, firmware");
  command
      ->add_option("recipe", options->recipe.recipe,
                   "the recipe, a TOML file; with --format c or --project, a run directory")
      ->required();
  command->add_option("--set", options->recipe.set,
                      "KEY=VALUE: overrides a key of the recipe, e.g. train.epochs=5; may be repeated");
  command->add_option(
      "--out", options->recipe.out,
      "run directory, default runs/NAME; with --format c or --project, the folder to write, default DIR/bundle "
      "or DIR/PROJECT");
  command->add_option("--format", options->format, "tflite, or c: a folder of C99 that compiles alone")
      ->check(CLI::IsMember({"tflite", "c"}));
  add_bundle_options(*command, options->bundle);
  add_project_options(*command, options->project);
  command->callback([options, &chosen] {
    chosen = [options](const Session& session) {
      const bool project = !options->project.ecosystem.empty();
      if (!project && options->project.runtime != "bundle")
        throw Error(ErrorCode::kUsage, "--runtime belongs to --project");
      if (options->format == "tflite" && !project) return run_up_to_export(options->recipe, session);
      if (!options->recipe.set.empty())
        throw Error(ErrorCode::kUsage, "--set belongs to a recipe, not to --format c or --project");
      options->bundle.model = options->recipe.recipe;
      options->bundle.out = options->recipe.out;
      if (project) return write_project(options->project, options->bundle, session);
      return write_c(options->bundle, session);
    };
  });
}

void add_compile(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<BundleChoice>();
  CLI::App* command = app.add_subcommand("compile", "a folder of C99 from anybody's int8 .tflite");
  command->add_option("model", options->model, "an int8 .tflite file")->required();
  command->add_option("--out", options->out, "the folder to write")->required();
  add_bundle_options(*command, *options);
  command->callback(
      [options, &chosen] { chosen = [options](const Session& session) { return write_c(*options, session); }; });
}

}  // namespace mote::app
