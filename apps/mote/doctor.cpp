#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.h"
#include "layer_types.h"
#include "mote/pipeline/doctor_model.h"

namespace mote::app {
namespace {

using nlohmann::json;
using pipeline::DoctorFindings;

struct DoctorChoice {
  std::string model;
  std::string data;
  std::string out;
  std::int64_t clips = 500;
  std::int64_t weight_bytes = 0;
  bool apply = false;
};

std::string decimal(const std::optional<double>& value, int digits) {
  return value ? fmt::format("{:.{}f}", *value, digits) : "-";
}

std::string points(const std::optional<double>& share) {
  return share ? fmt::format("{:+.2f}", 0.0 - 100 * *share) : "-";
}

void print_layers(const DoctorFindings& findings) {
  fmt::print("\n{:<24}{:<18}{:>9}{:>9}{:>8}{:>11}{:>8}{:>10}{:>9}{:>6}\n", "layer", "op", "dB whole", "dB alone",
             "alone", "divergence", "float", "clipped", "loudest", "dead");
  for (const pipeline::DoctorLayer& layer : findings.layers) {
    const std::string clipped = layer.clipped_share ? fmt::format("{:.3f} %", 100 * *layer.clipped_share) : "-";
    fmt::print("{:<24}{:<18}{:>9}{:>9}{:>8}{:>11}{:>8}{:>10}{:>9}{:>6}\n", layer.name, layer.op,
               decimal(layer.whole_sqnr_db, 1), decimal(layer.alone_sqnr_db, 1), points(layer.alone_accuracy_lost),
               decimal(layer.alone_divergence, 4), points(layer.as_float_accuracy_lost), clipped,
               decimal(layer.channel_spread, 1), layer.dead_channels.size());
  }
}

void print_proposals(const DoctorFindings& findings) {
  if (findings.proposals.empty()) return;
  fmt::print("\n{:<20}{:>10}  {}\n", "proposal", "predicted", "setting, reason");
  for (const pipeline::DoctorProposal& proposal : findings.proposals) {
    fmt::print("{:<20}{:>10}  {}: {}\n", proposal.remedy, fmt::format("{:+.2f}", 100 * proposal.predicted_gain),
               proposal.change, proposal.reason);
  }
}

void print_trials(const DoctorFindings& findings) {
  if (findings.trials.empty()) return;
  fmt::print("\n{:>9}{:>8}{:>12}{:>10}{:>10}{:>14}  {:<6}tried (bytes and instructions on cortex-m4)\n", "INT8", "loss",
             "divergence", "flash", "RAM", "instructions", "");
  for (const pipeline::DoctorTrial& trial : findings.trials) {
    fmt::print("{:>7.2f} %{:>8}{:>12.4f}{:>10}{:>10}{:>14}  {:<6}{}\n", 100 * trial.accuracy,
               points(trial.accuracy_lost), trial.divergence, trial.flash_bytes, trial.arena_bytes, trial.instructions,
               trial.kept ? "kept" : "", trial.remedies);
  }
  for (const pipeline::NamedValue& setting : findings.settings) fmt::print("{} = {}\n", setting.name, setting.value);
}

void print_types(const DoctorFindings& findings) {
  if (findings.types.empty()) return;
  fmt::print("\n{} bytes of weights, {} allowed, before fine-tuning; divergence of each type:\n",
             findings.types_bytes.value_or(0), findings.types_budget_bytes.value_or(0));
  print_layer_types(findings.types);
}

void print_evaluation(const char* name, const std::optional<pipeline::Evaluation>& evaluation) {
  if (!evaluation || !evaluation->fp32 || !evaluation->int8) return;
  fmt::print("{:<10}{} other clips ({}): FP32 {:.2f} %, INT8 {:.2f} %\n", name, evaluation->int8->clips,
             evaluation->split, 100 * evaluation->fp32->accuracy, 100 * evaluation->int8->accuracy);
}

void print_outcome(const pipeline::DoctorOutcome& outcome) {
  const DoctorFindings& findings = outcome.findings;
  if (findings.float_accuracy) {
    fmt::print("{} clips, {}: FP32 {:.2f} %, INT8 {:.2f} %, divergence {:.4f} nats\n", findings.clips, findings.split,
               100 * *findings.float_accuracy, 100 * *findings.int8_accuracy, *findings.divergence);
  }
  print_layers(findings);
  print_proposals(findings);
  print_trials(findings);
  print_types(findings);
  print_evaluation("before", outcome.before);
  print_evaluation("after", outcome.after);
  if (!outcome.folder.empty()) fmt::print("repaired   {}\n", outcome.folder.string());
  for (const std::string& note : findings.notes) fmt::print("note: {}\n", note);
}

json outcome_json(const pipeline::DoctorOutcome& outcome) {
  json document{{"findings", pipeline::to_json(outcome.findings)}};
  if (!outcome.judged_clips.empty()) document["judged_clips"] = outcome.judged_clips;
  if (outcome.before) document["before"] = pipeline::to_json(*outcome.before);
  if (outcome.after) document["after"] = pipeline::to_json(*outcome.after);
  if (!outcome.folder.empty()) document["folder"] = outcome.folder.string();
  return document;
}

int consult(const DoctorChoice& chosen, const Session& session) {
  pipeline::DoctorOptions options;
  options.model = chosen.model;
  options.data = chosen.data;
  options.out = chosen.out;
  options.clips = chosen.clips;
  options.weight_bytes = chosen.weight_bytes;
  options.work = chosen.apply ? pipeline::DoctorWork::kApply : pipeline::DoctorWork::kExamine;
  options.threads = session.common.threads;
  options.log = &session.log;
  options.stop = &session.stop;
  const pipeline::DoctorOutcome outcome = pipeline::doctor_model(options);
  if (session.common.json) {
    fmt::print("{}\n", outcome_json(outcome).dump(1));
  } else {
    print_outcome(outcome);
  }
  return kGood;
}

}  // namespace

void add_doctor(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<DoctorChoice>();
  CLI::App* command =
      app.add_subcommand("doctor", "where int8 loses accuracy, layer by layer, and what to do about it");
  command->add_option("model", options->model, "a run directory, or a .tflite that mote exported")->required();
  command->add_option("--data", options->data, "clips to measure on and to judge by; default: the run's own");
  command->add_option("--clips", options->clips, "clips to measure on, at most")->check(CLI::Range(1, 1000000));
  command
      ->add_option("--weight-bytes", options->weight_bytes,
                   "also chooses the type of each layer's weights so that all fit into so many bytes")
      ->check(CLI::Range(1, 1 << 30));
  CLI::Option* apply = command->add_flag("--apply", options->apply,
                                         "tries the proposals, keeps what helps and makes the model again with it");
  command->add_option("--out", options->out, "folder for the repaired run; default: the run directory itself")
      ->needs(apply);
  command->callback(
      [options, &chosen] { chosen = [options](const Session& session) { return consult(*options, session); }; });
}

}  // namespace mote::app
