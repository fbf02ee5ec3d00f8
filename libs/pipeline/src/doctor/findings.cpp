#include "doctor/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "doctor/consultation.h"
#include "mote/codegen/plan_for.h"
#include "mote/plan/cost.h"
#include "stages/mixed.h"

namespace mote::pipeline {
namespace {

std::vector<std::int64_t> wide(const std::vector<std::int32_t>& channels) {
  return {channels.begin(), channels.end()};
}

std::string names_of(const std::vector<doctor::Remedy>& remedies) {
  std::string text;
  for (doctor::Remedy remedy : remedies) {
    if (!text.empty()) text += " + ";
    text += enum_name(remedy);
  }
  return text.empty() ? "none" : text;
}

DoctorLayer layer_row(const doctor::LayerFinding& found) {
  DoctorLayer row;
  row.name = found.name;
  row.op = found.op;
  row.seen_low = static_cast<double>(found.seen.low);
  row.seen_high = static_cast<double>(found.seen.high);
  row.kept_low = static_cast<double>(found.kept.low);
  row.kept_high = static_cast<double>(found.kept.high);
  row.clipped_share = found.clipped_share;
  row.whole_sqnr_db = found.whole_sqnr_db;
  row.alone_sqnr_db = found.alone_sqnr_db;
  row.alone_accuracy_lost = found.alone.accuracy_lost;
  row.alone_divergence = found.alone.divergence;
  row.as_float_accuracy_lost = found.as_float.accuracy_lost;
  row.as_float_divergence = found.as_float.divergence;
  row.weight_spread = found.weight_spread;
  row.channel_spread = found.channel_spread;
  row.outlier_channels = wide(found.outlier_channels);
  row.dead_channels = wide(found.dead_channels);
  return row;
}

DoctorTrial trial_row(const doctor::Trial& trial) {
  const plan::Cost cost = plan::cost(codegen::device_plan(trial.int8_graph, codegen::InstructionSet::kArmDsp).plan);
  DoctorTrial row;
  row.remedies = names_of(trial.remedies);
  row.accuracy = trial.accuracy;
  row.accuracy_lost = trial.effect.accuracy_lost;
  row.divergence = trial.effect.divergence;
  row.flash_bytes = cost.flash_bytes();
  row.arena_bytes = cost.arena_bytes;
  row.instructions = cost.instructions;
  row.kept = trial.kept;
  return row;
}

std::string wider_note(const DoctorTrial& best, const DoctorTrial& wider) {
  return fmt::format(
      "int16 activations are measured, not taken: accuracy {:+.2f} points, RAM {:+} bytes, flash {:+} bytes, "
      "instructions {:+} against the best of the others; quantize.activations = \"int16\" takes them",
      100 * (wider.accuracy - best.accuracy), wider.arena_bytes - best.arena_bytes,
      wider.flash_bytes - best.flash_bytes, wider.instructions - best.instructions);
}

}  // namespace

void add_diagnosis(const doctor::Diagnosis& diagnosis, DoctorFindings& findings) {
  findings.clips = diagnosis.clips;
  findings.float_accuracy = diagnosis.float_accuracy;
  findings.int8_accuracy = diagnosis.int8_accuracy;
  findings.divergence = diagnosis.whole.divergence;
  for (const doctor::LayerFinding& layer : diagnosis.layers) findings.layers.push_back(layer_row(layer));
}

void add_proposals(const std::vector<doctor::Proposal>& proposals, const Recipe& recipe,
                   const doctor::Treatment& treatment, DoctorFindings& findings) {
  for (const doctor::Proposal& proposal : proposals) {
    findings.proposals.push_back({std::string(enum_name(proposal.remedy)),
                                  change_of(recipe, treatment, proposal.remedy), proposal.reason,
                                  proposal.predicted_gain});
  }
}

void add_trials(const std::vector<doctor::Trial>& trials, DoctorFindings& findings) {
  for (const doctor::Trial& trial : trials) findings.trials.push_back(trial_row(trial));
  const doctor::Trial& last = trials.back();
  if (last.remedies.empty() || last.remedies.back() != doctor::Remedy::kWideActivations) return;
  const auto best = std::find_if(findings.trials.rbegin(), findings.trials.rend(),
                                 [](const DoctorTrial& trial) { return trial.kept; });
  findings.notes.push_back(wider_note(*best, findings.trials.back()));
}

void add_types(const doctor::TypeTable& table, const doctor::TypePlan& plan, DoctorFindings& findings) {
  findings.types = layer_types(table, plan);
  findings.types_bytes = plan.cost.weight_bytes;
}

void add_int8_layers(const std::vector<doctor::Int8Finding>& layers, DoctorFindings& findings) {
  for (const doctor::Int8Finding& found : layers) {
    DoctorLayer row;
    row.name = found.name;
    row.op = found.op;
    row.kept_low = static_cast<double>(found.kept.low);
    row.kept_high = static_cast<double>(found.kept.high);
    row.clipped_share = found.clipped_share;
    row.weight_spread = found.weight_spread;
    row.dead_channels = wide(found.dead_channels);
    findings.layers.push_back(std::move(row));
  }
}

}  // namespace mote::pipeline
