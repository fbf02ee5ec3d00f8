#include "stages/teacher.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/graph/text.h"
#include "mote/trainer/initialize.h"
#include "stages/model.h"
#include "stages/steps.h"

namespace mote::pipeline {
namespace {

std::vector<std::string> feature_settings(const Recipe& recipe) {
  Recipe copy = recipe;
  std::vector<std::string> lines;
  for (const Setting& setting : settings_of(copy)) {
    if (setting.path.starts_with("features.")) lines.push_back(fmt::format("{} = {}", setting.path, setting.text()));
  }
  return lines;
}

std::vector<std::string> labels_of(const std::filesystem::path& run) {
  std::vector<std::string> labels = split(read_text_file(run / files::kLabels), '\n');
  while (!labels.empty() && labels.back().empty()) labels.pop_back();
  return labels;
}

// The network that a finished run exported, before it was quantized.
std::filesystem::path network_of(const std::filesystem::path& run) {
  const std::filesystem::path recipe = run / files::kRecipe;
  const std::filesystem::path network =
      std::filesystem::exists(recipe) ? run / StepFiles(load_recipe(recipe).compress.kinds().back()).trained : recipe;
  if (std::filesystem::exists(network) && std::filesystem::exists(run / files::kLabels)) return network;
  throw Error(
      ErrorCode::kNotFound,
      fmt::format("distill.teachers wants run directories of finished runs, got '{}' without '{}'", run.string(),
                  std::filesystem::exists(network) ? files::kLabels : network.filename().string()));
}

void check_teacher(const Recipe& recipe, const std::vector<std::string>& labels, const std::filesystem::path& run) {
  network_of(run);
  trainer::check_teacher({labels_of(run), feature_settings(load_recipe(run / files::kRecipe))},
                         {labels, feature_settings(recipe)});
}

StepKind own_teacher(const Recipe& recipe) {
  const std::vector<StepKind> steps = recipe.compress.kinds();
  const bool has = std::find(steps.begin(), steps.end(), StepKind::kTeacher) != steps.end();
  return has ? StepKind::kTeacher : StepKind::kTrain;
}

}  // namespace

Recipe of_teacher(const Recipe& recipe) {
  Recipe copy = recipe;
  copy.model.architecture = recipe.teacher;
  copy.layers.clear();
  return copy;
}

void check_teachers(const Recipe& recipe, const std::vector<std::string>& labels) {
  for (const std::string& run : recipe.distill_teacher.runs) {
    with_context(fmt::format("teacher {}", run), [&] { check_teacher(recipe, labels, recipe.resolve(run)); });
  }
}

std::string teachers_hash(const Recipe& recipe) {
  std::string hashes;
  for (const std::string& run : recipe.distill_teacher.runs) hashes += sha256_of_file(network_of(recipe.resolve(run)));
  return hashes;
}

std::vector<graph::Graph> load_teachers(const Context& context) {
  const Recipe& recipe = context.recipe;
  std::vector<graph::Graph> networks;
  for (const std::string& run : recipe.distill_teacher.runs) {
    networks.push_back(graph::load(network_of(recipe.resolve(run)), graph::Stage::kTrain));
  }
  if (!networks.empty()) return networks;
  const StepKind teacher = own_teacher(recipe);
  for (std::int32_t member = 1; member <= members_of(recipe, teacher); ++member) {
    networks.push_back(load_trained(context.directory, teacher, member));
  }
  return networks;
}

void check_hint(const Recipe& recipe, std::int32_t classes) {
  if (!recipe.distill_hint.is_on()) return;
  const auto initialized = [&](const Recipe& of) {
    return trainer::initialize(model_graph(of, classes), recipe.project.seed);
  };
  graph::Graph teacher;
  if (!recipe.distill_teacher.runs.empty()) {
    teacher = graph::load(network_of(recipe.resolve(recipe.distill_teacher.runs.front())), graph::Stage::kTrain);
  } else {
    teacher = initialized(own_teacher(recipe) == StepKind::kTeacher ? of_teacher(recipe) : recipe);
  }
  trainer::with_hint(initialized(recipe), teacher, recipe.distill_hint, recipe.project.seed);
}

}  // namespace mote::pipeline
