#include "mote/pipeline/doctor_model.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "doctor/consultation.h"
#include "doctor/findings.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/pipeline/evaluate_model.h"
#include "mote/pipeline/report_html.h"
#include "mote/pipeline/run.h"
#include "mote/plan/border.h"
#include "mote/tflite/reader.h"
#include "stages/evaluate.h"

namespace mote::pipeline {
namespace {

namespace fs = std::filesystem;

void check_options(const DoctorOptions& options) {
  if (options.clips < 1)
    throw Error(ErrorCode::kInvalid, fmt::format("wanted at least one clip to look at, got {}", options.clips));
  if (!fs::exists(options.model)) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("wanted a run directory or a .tflite file, got '{}'", options.model.string()));
  }
  const bool folder = fs::is_directory(options.model);
  if (options.work == DoctorWork::kApply && !folder) {
    throw Error(ErrorCode::kInvalid,
                "repairs start from the float network, which is in the run directory and not in "
                "a .tflite: name the run directory");
  }
  if (folder && !fs::exists(options.model / files::kFloatGraph)) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("'{}' holds no finished training: run its recipe first", options.model.string()));
  }
}

void plan_types(const quant::Draft& draft, const doctor::Case& subject, const DoctorOptions& options,
                DoctorFindings& findings) {
  using quant::WeightType;
  const doctor::CostOfTypes bytes = doctor::stored_weights(draft);
  const doctor::TypeTable table = doctor::sensitivities(
      draft, subject.clips, {WeightType::kInt8, WeightType::kInt4, WeightType::kTernary, WeightType::kBinary}, bytes);
  add_types(table, doctor::choose_types(table, {.weight_bytes = options.weight_bytes}, bytes), findings);
  findings.types_budget_bytes = options.weight_bytes;
}

struct Examination {
  DoctorFindings findings;
  Recipe best;  // of the trials
};

Examination examine(const DoctorOptions& options, RunDirectory& directory) {
  const Recipe recipe = load_recipe(directory.file(files::kRecipe));
  ThreadPool pool(options.threads);
  const Context context{recipe, directory, pool, *options.log, options.stop};
  const Consultation consultation(context, options);
  const doctor::Case subject = consultation.subject();
  const doctor::Treatment treatment = treatment_of(context, subject.folded);
  Examination result{{}, recipe};
  result.findings.split = consultation.split();
  result.findings.notes = consultation.notes();
  options.log->info(fmt::format("doctor: {} clips, layer by layer", subject.clips.inputs.samples));
  const doctor::Diagnosis diagnosis = consultation.diagnose(treatment);
  add_diagnosis(diagnosis, result.findings);
  if (options.weight_bytes > 0) plan_types(doctor::draft_of(subject, treatment), subject, options, result.findings);
  const bool trained = consultation.int8_is_trained();
  const auto proposals =
      trained ? doctor::propose_training(diagnosis, treatment) : doctor::propose(diagnosis, treatment);
  add_proposals(proposals, recipe, treatment, result.findings);
  if (trained || options.work == DoctorWork::kExamine) return result;
  context.check_stop();
  options.log->info(fmt::format("doctor: {} proposals to try", proposals.size()));
  const doctor::Outcome outcome = doctor::try_proposals(subject, treatment, proposals, pool);
  add_trials(outcome.trials, result.findings);
  result.best = with_treatment(recipe, outcome.best);
  result.findings.settings = changed_settings(recipe, result.best);
  return result;
}

// Puts the findings into the report, where the directory has one.
void write_findings(const fs::path& folder, const DoctorFindings& findings) {
  RunDirectory directory(folder);
  const fs::path json = directory.file(files::kReportJson);
  if (!fs::exists(json)) return;
  Report report =
      with_context(json.string(), [&] { return report_from_json(nlohmann::json::parse(read_text_file(json))); });
  report.doctor = findings;
  write_file_atomic(json, std::string_view(report_text(report)));
  write_file_atomic(directory.file(files::kReportHtml), std::string_view(render_html(report)));
  directory.refresh("evaluate");
}

// The model of a run directory on the clips that judge; nothing where there are none.
std::optional<Evaluation> judgement(const DoctorOutcome& outcome, EvaluateOptions judging, const fs::path& folder) {
  if (outcome.judged_clips.empty()) return std::nullopt;
  judging.model = folder;
  return evaluate_model(judging);
}

void add_verdict(const DoctorOutcome& outcome, DoctorFindings& findings) {
  if (!outcome.before) return;
  const Evaluation& before = *outcome.before;
  findings.verdict = {before.split, before.int8->clips, before.fp32->accuracy, before.int8->accuracy, std::nullopt};
  if (outcome.after) findings.verdict->int8_after = outcome.after->int8->accuracy;
}

void copy_run(const fs::path& from, const fs::path& to) {
  if (fs::exists(to)) throw Error(ErrorCode::kInvalid, fmt::format("'{}' is there already", to.string()));
  fs::copy(from, to, fs::copy_options::recursive);
}

void run_again(const DoctorOptions& options, const Recipe& recipe, const fs::path& folder) {
  RunOptions run_options;
  run_options.out = folder;
  run_options.threads = options.threads;
  run_options.log = options.log;
  run_options.stop = options.stop;
  run(recipe, run_options);
}

DoctorOutcome repair_run(const DoctorOptions& options, Examination examination) {
  DoctorOutcome outcome;
  outcome.findings = std::move(examination.findings);
  const EvaluateOptions judging = clip_roles(options).judging;
  outcome.judged_clips = clip_ids(judging);
  if (outcome.judged_clips.empty())
    outcome.findings.notes.emplace_back("the clips are of one group: all of them chose, and none is left to judge");
  outcome.before = judgement(outcome, judging, options.model);
  if (outcome.findings.settings.empty()) {
    outcome.findings.notes.emplace_back("nothing was found that makes it better: nothing was changed");
    add_verdict(outcome, outcome.findings);
    write_findings(options.model, outcome.findings);
    return outcome;
  }
  outcome.folder = options.out.empty() ? options.model : options.out;
  if (!options.out.empty()) copy_run(options.model, options.out);
  run_again(options, examination.best, outcome.folder);
  outcome.after = judgement(outcome, judging, outcome.folder);
  add_verdict(outcome, outcome.findings);
  write_findings(outcome.folder, outcome.findings);
  return outcome;
}

DoctorOutcome examine_tflite(const DoctorOptions& options) {
  ThreadPool pool(options.threads);
  DoctorOutcome outcome;
  const tflite::ImportedModel imported = tflite::read_model(read_binary_file(options.model));
  std::vector<std::int8_t> inputs;
  if (!options.data.empty()) {
    EvaluateOptions clips;
    clips.model = options.model;
    clips.data = options.data;
    clips.threads = options.threads;
    clips.log = options.log;
    const LabelledFeatures found = labelled_features(clips, options.clips);
    inputs = plan::quantize(found.values, imported.graph.tensor(imported.graph.inputs[0]).quant);
    outcome.findings.split = options.data.string();
    outcome.findings.clips = static_cast<std::int64_t>(found.truth.size());
  }
  add_int8_layers(doctor::check_int8(imported.graph, inputs, pool), outcome.findings);
  outcome.findings.notes.emplace_back(
      "a .tflite holds integers only: signal to noise, losses and proposals need the run directory");
  if (options.data.empty()) outcome.findings.notes.emplace_back("no clips: --data shows which layers clip");
  return outcome;
}

}  // namespace

DoctorOutcome doctor_model(const DoctorOptions& options) {
  check_options(options);
  if (!fs::is_directory(options.model)) return examine_tflite(options);
  Examination examination;
  {
    RunDirectory directory(options.model);
    examination = examine(options, directory);
  }
  if (options.work == DoctorWork::kApply) return repair_run(options, std::move(examination));
  write_findings(options.model, examination.findings);
  DoctorOutcome outcome;
  outcome.findings = std::move(examination.findings);
  return outcome;
}

}  // namespace mote::pipeline
