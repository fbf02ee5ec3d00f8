#include "mote/pipeline/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/runtime/postprocess.h"
#include "recipe/tables.h"
#include "recipe/toml_text.h"

namespace mote::pipeline {
namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

void check_dataset(const DatasetSettings& dataset) {
  const bool on_disk = dataset.layout != DatasetLayout::kSynth && dataset.layout != DatasetLayout::kMotion;
  if (on_disk && dataset.path.empty()) {
    fail(fmt::format("dataset.layout = \"{}\" wants dataset.path, got none: --set dataset.path=…",
                     enum_name(dataset.layout)));
  }
  if (dataset.layout == DatasetLayout::kSynth && dataset.labels.empty())
    fail("dataset.layout = \"synth\" wants dataset.labels: the words");
  if (!(dataset.clip_ms > 0 && dataset.clip_ms <= 60000))
    fail(fmt::format("dataset.clip_ms wants (0, 60000], got {}", dataset.clip_ms));
  if (!(dataset.recorded_share > 0 && dataset.recorded_share < 1)) {
    fail(fmt::format("dataset.recorded_share wants (0, 1), got {}", dataset.recorded_share));
  }
  data::GroupRule::parse(dataset.group);
}

void check_rest(const Recipe& recipe) {
  if (recipe.project.name.empty()) fail("project.name must not be empty");
  if (recipe.augment_plan.passes < 1 || recipe.augment_plan.passes > 64) {
    fail(fmt::format("augment.passes wants 1..64, got {}", recipe.augment_plan.passes));
  }
  if (!(recipe.augment_plan.warp >= 0 && recipe.augment_plan.warp <= 0.5)) {
    fail(fmt::format("augment.warp wants [0, 0.5], got {}", recipe.augment_plan.warp));
  }
  const PostprocessSettings& post = recipe.postprocess;
  if (!(post.threshold >= 0 && post.threshold <= 1))
    fail(fmt::format("postprocess.threshold wants [0, 1], got {}", post.threshold));
  if (post.smoothing_frames < 1 || post.smoothing_frames > MOTE_MAX_SMOOTHING) {
    fail(fmt::format("postprocess.smoothing_frames wants 1..{}, got {}", int{MOTE_MAX_SMOOTHING},
                     post.smoothing_frames));
  }
  if (!(post.refractory_ms >= 0)) fail(fmt::format("postprocess.refractory_ms wants >= 0, got {}", post.refractory_ms));
  if (!(post.step_ms >= 0)) fail(fmt::format("postprocess.step_ms wants >= 0, got {}", post.step_ms));
  const std::size_t labels = recipe.dataset.labels.size();
  if (labels != 0 && !post.thresholds.empty() && post.thresholds.size() != labels) {
    fail(fmt::format("postprocess.thresholds wants one for each of the {} dataset.labels, got {}", labels,
                     post.thresholds.size()));
  }
  const bool wide = recipe.quantize.activations == quant::ActivationType::kInt16;
  if (wide && recipe.quantize.weights != quant::WeightType::kInt8) {
    fail(
        fmt::format("quantize.activations = \"int16\" wants quantize.weights = \"int8\", got \"{}\": no format has "
                    "both",
                    enum_name(recipe.quantize.weights)));
  }
  if (wide && recipe.features.arithmetic == dsp::Arithmetic::kFixed) {
    fail(
        "features.arithmetic = \"fixed\" wants quantize.activations = \"int8\", got \"int16\": its features are "
        "rounded to int8 by thresholds");
  }
  const GateSettings& gates = recipe.gates;
  if (!(gates.least_accuracy >= 0 && gates.least_accuracy <= 1)) {
    fail(fmt::format("gates.least_accuracy wants [0, 1], got {}", gates.least_accuracy));
  }
}

void check_training(std::string_view table, const StepTraining& training) {
  if (training.epochs < 0) fail(fmt::format("{}.epochs wants >= 0, got {}", table, training.epochs));
  if (!(training.learning_rate >= 0 && training.learning_rate <= 10))
    fail(fmt::format("{}.learning_rate wants [0, 10], got {}", table, training.learning_rate));
  const bool is_alpha = training.mixup_alpha >= 0 && training.mixup_alpha <= 100;
  if (!is_alpha && training.mixup_alpha != -1)
    fail(fmt::format("{}.mixup_alpha wants [0, 100] or -1, got {}", table, training.mixup_alpha));
}

void check_dropout(std::string_view table, const StepDropout& step) {
  const bool is_share = step.dropout >= 0 && step.dropout < 1;
  if (!is_share && step.dropout != -1) fail(fmt::format("{}.dropout wants [0, 1) or -1, got {}", table, step.dropout));
}

void check_prune_schedule(const Recipe& recipe) {
  const std::int32_t epochs = recipe.prune_training.epochs > 0 ? recipe.prune_training.epochs : recipe.train.epochs;
  const double last = std::max(recipe.prune.begin_epoch, recipe.prune.end_epoch);
  if (last < epochs) return;
  fail(fmt::format("prune.begin_epoch and prune.end_epoch want to lie before the last of the step's {} epochs, got {}",
                   epochs, last));
}

void check_mixed(const Recipe& recipe) {
  with_context("[mixed]", [&] { recipe.mixed.validate(); });
  const QuantizeSettings& quantize = recipe.quantize;
  if (quantize.weights != quant::WeightType::kInt8) {
    fail(fmt::format("the step 'mixed' chooses the types of weights: it wants quantize.weights = \"int8\", got \"{}\"",
                     enum_name(quantize.weights)));
  }
  if (!quantize.int8_layers.empty()) {
    fail(fmt::format("the step 'mixed' chooses the types of all layers: it wants quantize.int8_layers = [], got '{}'",
                     quantize.int8_layers.front()));
  }
  if (quantize.activations != quant::ActivationType::kInt8) {
    fail("the step 'mixed' wants quantize.activations = \"int8\", got \"int16\": beside int16, weights are int8");
  }
}

void check_steps(const Recipe& recipe) {
  check_training("distill", recipe.distill_training);
  check_training("prune", recipe.prune_training);
  check_training("narrow", recipe.narrow_training);
  for (const auto& [step, dropout] : recipe.dropouts) check_dropout(enum_name(step), dropout);
  const std::int32_t members = recipe.teacher_members.count;
  if (members < 1 || members > 16) fail(fmt::format("teacher.members wants 1..16, got {}", members));
  const std::vector<StepKind> steps = recipe.compress.kinds();
  const auto has = [&](StepKind step) { return std::find(steps.begin(), steps.end(), step) != steps.end(); };
  if (has(StepKind::kPrune)) check_prune_schedule(recipe);
  if (has(StepKind::kMixed)) check_mixed(recipe);
  for (const std::string& name : recipe.distill_teacher.also_in) {
    const auto step = enum_value<StepKind>(name);
    const bool can = step && *step != StepKind::kTrain && *step != StepKind::kTeacher && *step != StepKind::kMixed;
    if (!can) fail(fmt::format("distill.also_in wants steps among distill, prune, narrow, qat, got '{}'", name));
  }
  if (!recipe.distill_teacher.runs.empty()) return;
  const auto taught =
      std::find_if(steps.begin(), steps.end(), [&](StepKind step) { return recipe.distill_teacher.teaches(step); });
  const auto knows = [](StepKind step) { return step == StepKind::kTeacher || step == StepKind::kTrain; };
  if (taught == steps.end() || std::any_of(steps.begin(), taught, knows)) return;
  fail(
      fmt::format("compress.steps wants a step 'teacher' or 'train' before '{}', or distill.teachers = [run "
                  "directories]",
                  enum_name(*taught)));
}

}  // namespace

bool TeacherChoice::teaches(StepKind step) const {
  return step == StepKind::kDistill || std::find(also_in.begin(), also_in.end(), enum_name(step)) != also_in.end();
}

std::vector<StepKind> CompressSettings::kinds() const {
  std::vector<StepKind> result;
  for (const std::string& step : steps) {
    const auto kind = enum_value<StepKind>(step);
    if (!kind) {
      const std::vector<std::string> known(EnumNames<StepKind>::kNames.begin(), EnumNames<StepKind>::kNames.end());
      fail(fmt::format("compress.steps wants steps among {}, got '{}'{}", join(known, ", "), step,
                       did_you_mean(step, known)));
    }
    result.push_back(*kind);
  }
  return result;
}

std::optional<StepKind> CompressSettings::start_of(std::size_t index) const {
  const std::vector<StepKind> list = kinds();
  while (index > 0) {
    if (list[--index] != StepKind::kTeacher) return list[index];
  }
  return std::nullopt;
}

bool CompressSettings::went_through(StepKind step, StepKind earlier) const {
  const std::vector<StepKind> list = kinds();
  const auto at = std::find(list.begin(), list.end(), step);
  return at != list.end() && std::find(list.begin(), at + 1, earlier) != at + 1;
}

void CompressSettings::validate() const {
  const std::vector<StepKind> list = kinds();
  if (list.empty()) fail("compress.steps wants at least one step, got none");
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (std::count(list.begin(), list.end(), list[i]) > 1)
      fail(fmt::format("compress.steps wants each step once, got '{}' twice", steps[i]));
    if (list[i] == StepKind::kTrain && start_of(i))
      fail("compress.steps wants 'train' before the steps that start from a network");
    const bool needs_network =
        list[i] == StepKind::kPrune || list[i] == StepKind::kNarrow || list[i] == StepKind::kMixed;
    if (needs_network && !start_of(i))
      fail(fmt::format("compress.steps wants a step that trains before '{}'", steps[i]));
    if (list[i] == StepKind::kQat && i + 1 != list.size())
      fail("compress.steps wants 'qat' last: what trains on after it knows nothing of its rounding");
    if (i > 0 && list[i - 1] == StepKind::kMixed && list[i] != StepKind::kQat)
      fail(fmt::format(
          "compress.steps wants 'mixed' last or 'qat' behind it, got '{}': the types would be another network's",
          steps[i]));
  }
  if (list.back() == StepKind::kTeacher) fail("compress.steps wants a step behind 'teacher' that learns from it");
}

std::filesystem::path Recipe::resolve(const std::filesystem::path& path) const {
  if (path.empty() || path.is_absolute()) return path;
  return std::filesystem::absolute(file).parent_path() / path;
}

void Recipe::validate() const {
  check_dataset(dataset);
  if (dataset.layout == DatasetLayout::kSynth) with_context("[synth]", [&] { synth.validate(); });
  if (dataset.layout == DatasetLayout::kMotion) with_context("[motion]", [&] { motion.validate(); });
  with_context("[features]", [&] { features.validate(); });
  with_context("[augment]", [&] { augment.validate(); });
  with_context("[spec_augment]", [&] { spec_augment.validate(); });
  with_context("[train]", [&] { train.validate(); });
  with_context("[distill]", [&] { distill.validate(); });
  if (distill_hint.is_on()) distill_hint.validate();
  with_context("[prune]", [&] { prune.validate(); });
  with_context("[narrow]", [&] { narrow.validate(); });
  with_context("[qat]", [&] { qat.validate(); });
  compress.validate();
  check_steps(*this);
  with_context("[quantize]", [&] { calibration.validate(); });
  with_context("[repair]", [&] { repair.validate(); });
  check_rest(*this);
}

std::vector<Setting> settings_of(Recipe& recipe) {
  std::vector<Setting> settings;
  visit_tables(recipe,
               [&](const char* table, auto& section) { visit_fields(section, SettingCollector(settings, table)); });
  return settings;
}

namespace {

// Settings are printed table by table: the part of the path before the last point is the table.
std::string table_of(const std::string& path) {
  return path.substr(0, path.rfind('.'));
}
std::string key_of(const std::string& path) {
  return path.substr(path.rfind('.') + 1);
}

std::map<std::string, std::vector<const Setting*>> by_table(const std::vector<Setting>& settings,
                                                            std::vector<std::string>& order) {
  std::map<std::string, std::vector<const Setting*>> tables;
  for (const Setting& setting : settings) {
    auto& list = tables[table_of(setting.path)];
    if (list.empty()) order.push_back(table_of(setting.path));
    list.push_back(&setting);
  }
  return tables;
}

std::string layers_text(const Recipe& recipe) {
  std::string text;
  for (const LayerSpec& layer : recipe.layers) {
    text += fmt::format("\n[[model.layers]]\nop = {}\n", toml_text(layer.op));
    for (const auto& [key, value] : layer.values) text += fmt::format("{} = {}\n", key, value);
  }
  return text;
}

}  // namespace

std::string to_toml(const Recipe& recipe) {
  Recipe copy = recipe;
  const std::vector<Setting> settings = settings_of(copy);
  std::vector<std::string> order;
  const auto tables = by_table(settings, order);
  std::string text;
  for (const std::string& table : order) {
    text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", table);
    for (const Setting* setting : tables.at(table))
      text += fmt::format("{} = {}\n", key_of(setting->path), setting->text());
  }
  return text + layers_text(recipe);
}

std::string section_text(const Recipe& recipe, std::span<const std::string_view> tables) {
  Recipe copy = recipe;
  std::string text;
  for (const Setting& setting : settings_of(copy)) {
    const std::string_view first = std::string_view(setting.path).substr(0, setting.path.find('.'));
    if (std::find(tables.begin(), tables.end(), first) == tables.end()) continue;
    text += fmt::format("{} = {}\n", setting.path, setting.text());
  }
  if (std::find(tables.begin(), tables.end(), "model") != tables.end()) text += layers_text(recipe);
  return text;
}

std::string schema_markdown() {
  Recipe defaults;
  const std::vector<Setting> settings = settings_of(defaults);
  std::vector<std::string> order;
  const auto tables = by_table(settings, order);
  std::string text;
  for (const std::string& table : order) {
    text += fmt::format("## [{}]\n\n| key | default | type | help |\n|---|---|---|---|\n", table);
    for (const Setting* setting : tables.at(table)) {
      text += fmt::format("| `{}` | `{}` | {} | {} |\n", key_of(setting->path), setting->text(), setting->type(),
                          setting->help);
    }
    text += "\n";
  }
  return text;
}

}  // namespace mote::pipeline
