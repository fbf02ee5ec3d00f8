#include "doctor/findings.h"

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

}  // namespace

void add_diagnosis(const doctor::Diagnosis& diagnosis, DoctorFindings& findings) {
  findings.clips = diagnosis.clips;
  findings.float_accuracy = diagnosis.float_accuracy;
  findings.int8_accuracy = diagnosis.int8_accuracy;
  findings.divergence = diagnosis.whole.divergence;
  for (const doctor::LayerFinding& layer : diagnosis.layers) findings.layers.push_back(layer_row(layer));
}

void add_proposals(const std::vector<doctor::Proposal>& proposals, DoctorFindings& findings) {
  for (const doctor::Proposal& proposal : proposals) {
    findings.proposals.push_back(
        {std::string(enum_name(proposal.remedy)), proposal.change, proposal.reason, proposal.predicted_gain});
  }
}

void add_trials(const std::vector<doctor::Trial>& trials, DoctorFindings& findings) {
  for (const doctor::Trial& trial : trials) {
    findings.trials.push_back(
        {names_of(trial.remedies), trial.accuracy, trial.effect.accuracy_lost, trial.effect.divergence, trial.kept});
  }
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
