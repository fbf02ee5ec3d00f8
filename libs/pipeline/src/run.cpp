#include "mote/pipeline/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "mote/base/file.h"
#include "mote/device/toolchain.h"
#include "mote/dsp/extractor.h"
#include "mote/graph/text.h"
#include "mote/pipeline/feature_metadata.h"
#include "stages/evaluate.h"
#include "stages/export.h"
#include "stages/features.h"
#include "stages/mixed.h"
#include "stages/model.h"
#include "stages/quantize.h"
#include "stages/report.h"
#include "stages/step_table.h"
#include "stages/steps.h"
#include "stages/teacher.h"
#include "stages/verify.h"

namespace mote::pipeline {

std::string_view version() {
  return MOTE_VERSION;
}

std::string stage_key(const Recipe& recipe, std::string_view stage, const std::vector<std::string_view>& tables,
                      std::initializer_list<std::string_view> inputs) {
  Hasher hasher;
  hasher.add(stage).add(version()).add(dsp::fast_path_name());
  hasher.add(section_text(recipe, tables));
  for (std::string_view input : inputs) hasher.add(input);
  return hasher.finish();
}

namespace {

constexpr std::array<std::string_view, 1> kDistillTable{"distill"};

// What evaluation and report need of the examined data set, in the run directory between runs.
nlohmann::json dataset_json(const Dataset& dataset, const data::DatasetSummary& summary) {
  nlohmann::json unreadable = nlohmann::json::array();
  for (const data::ReadFailure& failure : summary.unreadable) unreadable.push_back({failure.source, failure.problem});
  nlohmann::json counts = nlohmann::json::array();
  for (const auto& row : summary.counts) {
    for (const data::ClassCount& count : row) counts.push_back({count.clips, count.groups, count.duration_s});
  }
  nlohmann::json duplicates = nlohmann::json::array();
  for (const data::Duplicate& copy : summary.duplicates) {
    duplicates.push_back({copy.id, copy.copy_of, copy.label, copy.label_of_original, static_cast<int>(copy.split),
                          static_cast<int>(copy.split_of_original)});
  }
  nlohmann::json notices = nlohmann::json::array();
  for (const Notice& notice : dataset.notices) notices.push_back({notice.severity, notice.topic, notice.text});
  return {{"name", summary.name},
          {"split_rule", summary.split_rule},
          {"labels", summary.labels},
          {"counts", counts},
          {"clips", summary.clips},
          {"duration_s", summary.duration_s},
          {"clipped", summary.clipped},
          {"silent", summary.silent},
          {"duplicates", duplicates},
          {"unreadable", unreadable},
          {"left_out", summary.unreadable_ids},
          {"notices", notices}};
}

data::DatasetSummary read_summary(const nlohmann::json& document) {
  data::DatasetSummary summary;
  document.at("name").get_to(summary.name);
  document.at("split_rule").get_to(summary.split_rule);
  document.at("labels").get_to(summary.labels);
  document.at("clips").get_to(summary.clips);
  document.at("duration_s").get_to(summary.duration_s);
  document.at("clipped").get_to(summary.clipped);
  document.at("silent").get_to(summary.silent);
  document.at("left_out").get_to(summary.unreadable_ids);
  summary.counts.resize(summary.labels.size());
  const auto& counts = document.at("counts");
  for (std::size_t i = 0; i < counts.size(); ++i) {
    data::ClassCount& count = summary.counts.at(i / 3).at(i % 3);
    counts[i].at(0).get_to(count.clips);
    counts[i].at(1).get_to(count.groups);
    counts[i].at(2).get_to(count.duration_s);
  }
  for (const auto& failure : document.at("unreadable")) summary.unreadable.push_back({failure.at(0), failure.at(1)});
  for (const auto& copy : document.at("duplicates")) {
    summary.duplicates.push_back({copy.at(0), copy.at(1), copy.at(2), copy.at(3),
                                  static_cast<data::Split>(copy.at(4).get<int>()),
                                  static_cast<data::Split>(copy.at(5).get<int>())});
  }
  return summary;
}

// What of the recipe's networks can be known before any work.
void check_networks(const Recipe& recipe, std::int32_t classes) {
  check_layer_types(recipe, classes);
  check_hint(recipe, classes);
  check_mixed_budget(recipe, classes);
}

class Runner {
 public:
  Runner(const Recipe& recipe, const RunOptions& options)
      : recipe_(recipe),
        options_(options),
        directory_(options.out),
        pool_(options.threads),
        context_{recipe_, directory_, pool_, *options.log, options.stop} {}

  RunOutcome run() {
    write_file_atomic(directory_.file(files::kRecipe), std::string_view(to_toml(with_absolute_paths())));
    dataset_ = load_dataset(recipe_, pool_.threads());
    labels_ = dataset_.manifest.labels;
    check_teachers(recipe_, labels_);
    check_networks(recipe_, classes());
    check_calibration(recipe_, dataset_.manifest);
    stage(RunStage::kData, stage_key(recipe_, "data", {"dataset", "synth", "motion"}, {dataset_.hash}),
          {files::kDataset}, [&](const std::string&) { examine_data(); });
    read_dataset();
    stage(RunStage::kFeatures, features_key(recipe_, dataset_.hash),
          {files::kTrainFeatures, files::kValidationFeatures, files::kStatistics},
          [&](const std::string& key) { make_features(context_, dataset_, key); });
    make_network();
    stage(RunStage::kQuantize, stage_key(recipe_, "quantize", {"quantize", "repair"}, {key_}),
          {files::kFloatGraph, files::kInt8Graph}, [&](const std::string&) { quantize_model(context_, source()); });
    stage(RunStage::kExport, stage_key(recipe_, "export", {"postprocess", "project"}, {key_}),
          {files::kModel, files::kModelHeader, files::kModelSource, files::kLabels},
          [&](const std::string&) { export_model(context_, metadata()); });
    // A compiler that is installed later makes the comparison current again.
    stage(RunStage::kVerify, stage_key(recipe_, "verify", {}, {key_, device::missing_tools(device::Core::kHost)}),
          {files::kDeviceCheck}, [&](const std::string&) { verify_on_host(context_, dataset_.manifest); });
    evaluate_stage();
    return std::move(outcome_);
  }

 private:
  template <class Work>
  void stage(RunStage stage, const std::string& key, const std::vector<std::string>& files, const Work& work) {
    part(stage, std::string(enum_name(stage)), key, files, work);
  }

  // Runs one part of a stage when it is wanted and not current. `key_` names everything done so far.
  template <class Work>
  void part(RunStage stage, const std::string& name, const std::string& key, const std::vector<std::string>& files,
            const Work& work) {
    key_ = key;
    if (stage > options_.last) return;
    context_.check_stop();
    const auto condition = directory_.condition(name, key);
    if (condition == RunDirectory::Condition::kCurrent) return;
    if (condition == RunDirectory::Condition::kStale)
      options_.log->info(fmt::format("{}: what it depends on has changed, done again", name));
    with_context(fmt::format("stage {}", name), [&] { work(key); });
    directory_.record(name, key, files);
    if (outcome_.done.empty() || outcome_.done.back() != stage) outcome_.done.push_back(stage);
  }

  void make_network() {
    const std::vector<StepKind> steps = recipe_.compress.kinds();
    key_ = stage_key(recipe_, "network", {"train", "model", "spec_augment"}, {key_, seed_text(), recorded_text()});
    for (std::size_t i = 0; i < steps.size(); ++i) {
      for (std::int32_t member = 1; member <= members_of(recipe_, steps[i]); ++member)
        train_member(steps[i], {i, member});
    }
  }

  void train_member(StepKind step, StepMember at) {
    const StepFiles names(step, at.member);
    const bool taught = recipe_.distill_teacher.teaches(step);
    const std::string teachers = taught ? section_text(recipe_, kDistillTable) + teachers_hash(recipe_) : "";
    part(at.index == 0 ? RunStage::kTrain : RunStage::kCompress, names.name,
         stage_key(recipe_, names.name, tables_of(step), {key_, teachers}), names.results(),
         [&](const std::string& key) { run_step(context_, source(), classes(), at, key); });
  }

  Recipe with_absolute_paths() const {
    Recipe copy = recipe_;
    copy.dataset.path = recipe_.resolve(copy.dataset.path);
    copy.dataset.recorded_path = recipe_.resolve(copy.dataset.recorded_path);
    copy.augment.noise.path = recipe_.resolve(copy.augment.noise.path).string();
    for (std::string& run : copy.distill_teacher.runs) run = recipe_.resolve(run).string();
    return copy;
  }

  void examine_data() {
    const data::DatasetSummary summary = examine(dataset_, pool_, *options_.log);
    write_file_atomic(directory_.file(files::kDataset),
                      std::string_view(dataset_json(dataset_, summary).dump(1) + "\n"));
  }

  // Unreadable clips found by the data stage are left out in later runs as well.
  void read_dataset() {
    const auto document = nlohmann::json::parse(read_text_file(directory_.file(files::kDataset)));
    summary_ = read_summary(document);
    leave_out(dataset_.manifest, summary_.unreadable_ids);
    dataset_.notices.clear();
    for (const auto& notice : document.at("notices"))
      dataset_.notices.push_back({notice.at(0), notice.at(1), notice.at(2)});
    data::check_classes(dataset_.manifest);
    check_calibration(recipe_, dataset_.manifest);
  }

  std::int32_t classes() const { return static_cast<std::int32_t>(labels_.size()); }
  std::string seed_text() const { return fmt::format("seed {}", recipe_.project.seed); }
  std::string recorded_text() const { return fmt::format("recorded share {}", recipe_.dataset.recorded_share); }

  // Opened when a stage needs it: a run with nothing to do reads no features.
  TrainingSource& source() {
    if (!source_) {
      features_.emplace(open_features(context_, features_key(recipe_, dataset_.hash)));
      std::vector<data::Origin> origins;
      for (std::size_t index : data::entries_of(dataset_.manifest, data::Split::kTrain)) {
        origins.push_back(dataset_.manifest.entries[index].origin);
      }
      source_.emplace(recipe_, *features_, classes(), origins);
    }
    return *source_;
  }

  FeatureMetadata metadata() {
    source();
    FeatureMetadata result;
    result.features = features_->settings;
    result.labels = labels_;
    result.clip_ms = recipe_.dataset.clip_ms;
    result.fit = enum_name(recipe_.dataset.fit);
    result.postprocess = recipe_.postprocess;
    result.name = recipe_.project.name;
    result.version = version();
    result.instruction_set = dsp::fast_path_name();
    result.seed = recipe_.project.seed;
    result.recipe_hash = recipe_hash();
    result.data_hash = data::manifest_content_hash(dataset_.manifest, pool_);
    return result;
  }

  // Without paths, so that the same recipe gives the same model wherever the data lies.
  std::string recipe_hash() const {
    Recipe copy = recipe_;
    copy.dataset.path.clear();
    copy.dataset.recorded_path.clear();
    copy.augment.noise.path.clear();
    copy.distill_teacher.runs.clear();
    return Hasher().add(to_toml(copy)).finish();
  }

  void evaluate_stage() {
    std::vector<std::string> names{files::kReportJson, files::kReportHtml, files::kPredictions};
    if (recipe_.gates.any()) names.emplace_back(files::kJunit);
    const std::string key = stage_key(recipe_, "evaluate", {"gates", "dataset"}, {key_});
    stage(RunStage::kEvaluate, key, names, [&](const std::string&) { write_evaluation(); });
    if (options_.last < RunStage::kEvaluate) return;
    if (!outcome_.report) outcome_.report = read_report();
    outcome_.gates_passed = std::all_of(outcome_.report->gates.begin(), outcome_.report->gates.end(),
                                        [](const Gate& gate) { return gate.passed; });
  }

  Report read_report() const {
    const std::filesystem::path file = directory_.file(files::kReportJson);
    return with_context(file.string(), [&] { return report_from_json(nlohmann::json::parse(read_text_file(file))); });
  }

  void write_evaluation() {
    const ModelUnderTest model{graph::load(directory_.file(files::kFloatGraph), graph::Stage::kFloat),
                               graph::load(directory_.file(files::kInt8Graph), graph::Stage::kInt8), metadata()};
    Evaluation found;
    const auto entries = judged_clips(dataset_.manifest, std::nullopt, found);
    const Scored scored = score_clips(model, entries, pool_, *options_.log);
    Evaluation evaluation = compare_models(scored.scores);
    evaluation.data = dataset_.manifest.name;
    evaluation.split = found.split;
    evaluation.notes = found.notes;
    evaluation.skipped = static_cast<std::int64_t>(scored.unreadable.size());
    Report report = make_report(context_, {model, summary_, dataset_.notices, scored, std::move(evaluation)});
    report.device = read_device_check(context_);
    StepTable steps = step_table(context_, source(), model, scored.scores);
    write_file_atomic(directory_.file(files::kPredictions), std::string_view(steps.predictions_csv));
    report.steps = std::move(steps.rows);
    if (recipe_.compress.went_through(recipe_.compress.kinds().back(), StepKind::kMixed))
      report.mixed = load_mixed(directory_);
    write_report(context_, report);
    outcome_.report = std::move(report);
  }

  const Recipe& recipe_;
  const RunOptions& options_;
  RunDirectory directory_;
  ThreadPool pool_;
  Context context_;
  Dataset dataset_;
  std::vector<std::string> labels_;
  data::DatasetSummary summary_;
  std::string key_;
  std::optional<CachedFeatures> features_;
  std::optional<TrainingSource> source_;
  RunOutcome outcome_;
};

}  // namespace

RunOutcome run(const Recipe& recipe, const RunOptions& options) {
  return Runner(recipe, options).run();
}

std::vector<std::string> check(const Recipe& recipe, LogSink& log) {
  const Dataset dataset = load_dataset(recipe, 1);
  for (const Notice& notice : dataset.notices) {
    if (notice.severity == "warning") log.warning(fmt::format("{}: {}", notice.topic, notice.text));
  }
  check_teachers(recipe, dataset.manifest.labels);
  const auto classes = static_cast<std::int32_t>(dataset.manifest.labels.size());
  check_networks(recipe, classes);
  check_calibration(recipe, dataset.manifest);
  const graph::Graph graph = model_graph(recipe, classes);
  const std::int64_t macs = multiply_accumulates(graph);
  if (recipe.gates.greatest_macs > 0 && macs > recipe.gates.greatest_macs) {
    throw Error(ErrorCode::kGate,
                fmt::format("the network needs {} multiply-accumulates, gates.greatest_macs allows {}", macs,
                            recipe.gates.greatest_macs));
  }
  const dsp::FeatureShape shape = model_input_shape(recipe);
  std::int64_t parameters = 0;
  for (const graph::Node& node : graph.nodes) parameters += parameter_count(graph, node);
  std::vector<std::string> lines;
  const auto clips = [&](data::Split split) { return data::entries_of(dataset.manifest, split).size(); };
  lines.push_back(fmt::format("data      {}: {} train, {} validation, {} test clips, {} classes", dataset.manifest.name,
                              clips(data::Split::kTrain), clips(data::Split::kValidation), clips(data::Split::kTest),
                              classes));
  lines.push_back(fmt::format("split     {}", dataset.manifest.split_rule));
  lines.push_back(
      fmt::format("features  {} of {} x {}", enum_name(recipe.features.kind), shape.frames, shape.coefficients));
  lines.push_back(
      fmt::format("model     {} layers, {} parameters, {} multiply-accumulates", graph.nodes.size(), parameters, macs));
  return lines;
}

DataReport inspect_data(const Recipe& recipe, const RunOptions& options) {
  ThreadPool pool(options.threads);
  Dataset dataset = load_dataset(recipe, pool.threads());
  DataReport report{examine(dataset, pool, *options.log), {}};
  report.notices = std::move(dataset.notices);
  return report;
}

}  // namespace mote::pipeline
