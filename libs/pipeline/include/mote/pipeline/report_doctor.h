// The doctor's part of a report: what `mote doctor` found and tried. See report_schema.h for the whole.
//
// What each field means, with its unit, stands once: in the table of src/report/doctor_fields.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mote/pipeline/report_sections.h"
#include "mote/pipeline/report_types.h"

namespace mote::pipeline {

// One layer as the doctor found it. Accuracies and divergences are those lost against the float network.
struct DoctorLayer {
  std::string name;
  std::string op;
  std::optional<double> seen_low;
  std::optional<double> seen_high;
  double kept_low = 0;
  double kept_high = 0;
  std::optional<double> clipped_share;
  std::optional<double> whole_sqnr_db;
  std::optional<double> alone_sqnr_db;
  std::optional<double> alone_accuracy_lost;
  std::optional<double> alone_divergence;
  std::optional<double> as_float_accuracy_lost;
  std::optional<double> as_float_divergence;
  double weight_spread = 1;
  std::optional<double> channel_spread;
  std::vector<std::int64_t> outlier_channels;
  std::vector<std::int64_t> dead_channels;
};

struct DoctorProposal {
  std::string remedy;
  std::string change;
  std::string reason;
  double predicted_gain = 0;
};

struct DoctorTrial {
  std::string remedies;
  double accuracy = 0;
  double accuracy_lost = 0;
  double divergence = 0;
  std::int64_t flash_bytes = 0;
  std::int64_t arena_bytes = 0;
  std::int64_t instructions = 0;
  bool kept = false;
};

// What clips that chose nothing say of the repairs.
struct DoctorVerdict {
  std::string split;
  std::int64_t clips = 0;
  double float_accuracy = 0;
  double int8_before = 0;
  std::optional<double> int8_after;
};

// What `mote doctor` found, and on which clips. Those of the trials chose the repairs: what other clips say of the
// result is the verdict's.
struct DoctorFindings {
  std::string split;
  std::int64_t clips = 0;
  std::optional<double> float_accuracy;
  std::optional<double> int8_accuracy;
  std::optional<double> divergence;
  std::vector<DoctorLayer> layers;
  std::vector<DoctorProposal> proposals;
  std::vector<DoctorTrial> trials;
  std::vector<NamedValue> settings;  // of the recipe, as the best trial has them
  std::optional<DoctorVerdict> verdict;
  std::vector<LayerTypes> types;  // mixed precision; empty unless a budget was given
  std::optional<std::int64_t> types_budget_bytes;
  std::optional<std::int64_t> types_bytes;
  std::vector<std::string> notes;
};

}  // namespace mote::pipeline
