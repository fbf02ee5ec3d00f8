// Where int8 loses accuracy, layer by layer, and what was tried about it.
#include <fmt/format.h>

#include "report/charts.h"
#include "report/html_text.h"
#include "report/page_sections.h"

namespace mote::pipeline {

namespace {

Cell decimal(const std::optional<double>& value, int digits) {
  return number_cell(value, value ? fmt::format("{:.{}f}", *value, digits) : "–");
}

Cell points_cell(const std::optional<double>& lost) {
  return number_cell(lost, lost ? points(*lost) : "–");
}

Cell channels_cell(const std::vector<std::int64_t>& channels) {
  const auto many = static_cast<double>(channels.size());
  return number_cell(many, channels.empty() ? "" : count(static_cast<std::int64_t>(channels.size())));
}

std::string layers_table(const DoctorFindings& doctor) {
  Table layers{"sortable layers",
               {"Layer", "Op", "#dB whole", "#dB alone", "#Alone, points", "#Divergence", "#Float here, points",
                "#Clipped", "#Loudest/median", "#Outliers", "#Dead"},
               {},
               {}};
  for (const DoctorLayer& layer : doctor.layers) {
    layers.rows.push_back({text_cell(layer.name), text_cell(layer.op), decimal(layer.whole_sqnr_db, 1),
                           decimal(layer.alone_sqnr_db, 1), points_cell(layer.alone_accuracy_lost),
                           decimal(layer.alone_divergence, 4), points_cell(layer.as_float_accuracy_lost),
                           number_cell(layer.clipped_share, percent_or_dash(layer.clipped_share)),
                           decimal(layer.channel_spread, 1), channels_cell(layer.outlier_channels),
                           channels_cell(layer.dead_channels)});
  }
  return "<h3>Layer by layer</h3>\n<p class=\"dim\">Points of accuracy lost when the layer alone is int8, and when it "
         "alone is not. Outliers are channels more than eight times as loud as the median one.</p>\n" +
         table(layers);
}

std::string proposals_table(const DoctorFindings& doctor) {
  if (doctor.proposals.empty()) return "";
  Table proposals{"", {"Proposal", "Setting", "Why", "#Predicted, points"}, {}, {}};
  for (const DoctorProposal& proposal : doctor.proposals) {
    proposals.rows.push_back({text_cell(proposal.remedy), text_cell(proposal.change), text_cell(proposal.reason),
                              points_cell(proposal.predicted_gain)});
  }
  return "<h3>What could be done</h3>\n" + table(proposals);
}

std::string verdict(const DoctorFindings& doctor) {
  if (!doctor.verdict) return "";
  const DoctorVerdict& found = *doctor.verdict;
  std::vector<NamedValue> facts = {{"Judged by other clips", fmt::format("{}, {}", count(found.clips), found.split)},
                                   {"FP32", percent(found.float_accuracy)},
                                   {"INT8 before", percent(found.int8_before)}};
  if (found.int8_after) facts.push_back({"INT8 after", percent(*found.int8_after)});
  return definitions(facts);
}

std::string trials_table(const DoctorFindings& doctor) {
  if (doctor.trials.empty()) return "";
  Table trials{
      "", {"Tried", "#INT8", "#Lost, points", "#Divergence", "#Flash", "#RAM", "#Instructions", "Kept"}, {}, {}};
  const auto whole = [](std::int64_t value, const std::string& text) {
    return number_cell(static_cast<double>(value), text);
  };
  for (const DoctorTrial& trial : doctor.trials) {
    trials.rows.push_back({text_cell(trial.remedies), number_cell(trial.accuracy, percent(trial.accuracy)),
                           points_cell(trial.accuracy_lost), decimal(trial.divergence, 4),
                           whole(trial.flash_bytes, bytes(trial.flash_bytes)),
                           whole(trial.arena_bytes, bytes(trial.arena_bytes)),
                           whole(trial.instructions, count(trial.instructions)), text_cell(trial.kept ? "yes" : "no")});
  }
  return "<h3>What was tried</h3>\n<p class=\"dim\">Flash, RAM and instructions on cortex-m4.</p>\n" + table(trials) +
         definitions(doctor.settings) + verdict(doctor);
}

std::string types_part(const DoctorFindings& doctor) {
  if (doctor.types.empty()) return "";
  return fmt::format("<h3>Types of weights within {}</h3>\n<p class=\"dim\">{} of weights, before fine-tuning.</p>\n",
                     bytes(doctor.types_budget_bytes.value_or(0)), bytes(doctor.types_bytes.value_or(0))) +
         types_table(doctor.types);
}

}  // namespace

std::string doctor_section(const Report& report) {
  if (!report.doctor) return "";
  const DoctorFindings& doctor = *report.doctor;
  std::vector<NamedValue> facts = {{"Clips", fmt::format("{}, {}", count(doctor.clips), doctor.split)}};
  if (doctor.float_accuracy) facts.push_back({"FP32", percent(*doctor.float_accuracy)});
  if (doctor.int8_accuracy) facts.push_back({"INT8", percent(*doctor.int8_accuracy)});
  if (doctor.divergence) facts.push_back({"Divergence of the scores, nats", number(*doctor.divergence)});
  std::string html = definitions(facts);
  for (const std::string& note : doctor.notes) html += fmt::format("<p>{}</p>\n", escape(note));
  html += "<div class=\"two\">\n" + layer_loss_chart(doctor) + layer_noise_chart(doctor) + layer_range_chart(doctor) +
          "</div>\n";
  html += layers_table(doctor) + proposals_table(doctor) + trials_table(doctor) + types_part(doctor);
  return section("doctor", "Where int8 loses accuracy", html);
}

}  // namespace mote::pipeline
