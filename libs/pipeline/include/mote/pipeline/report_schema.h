// The report of a run: everything that report.json holds, as plain structs.
//
// Fill a Report, write report_text(report) as report.json, render it with report_html.h, its gates with junit.h.
// What each field means, with its unit, stands once: in the tables of src/report/report_fields.h. They write and read
// the JSON and print docs/report.md. An empty vector or an absent optional is a section the report does not have.
// Not a log: nothing here depends on the clock or the machine, but for `timings`.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/pipeline/report_doctor.h"
#include "mote/pipeline/report_sections.h"
#include "mote/pipeline/report_types.h"

namespace mote::pipeline {

// Raised when a field changes its meaning or goes away; a new field does not raise it.
inline constexpr std::string_view kReportSchema = "mote.report/1";

struct Report {
  RunIdentity run;
  std::vector<Notice> notices;
  std::vector<Gate> gates;
  std::optional<DatasetSummary> dataset;
  std::optional<FeatureSummary> features;
  std::optional<TrainingSummary> training;
  std::vector<StepResult> steps;
  std::optional<MixedPrecision> mixed;
  std::optional<Evaluation> evaluation;
  std::optional<Sizes> sizes;
  std::vector<Layer> layers;
  std::optional<MemoryMap> memory;
  std::optional<DeviceCheck> device;
  std::optional<DoctorFindings> doctor;
  std::vector<FeaturePicture> pictures;
  std::vector<Artefact> artefacts;
  std::vector<NamedValue> provenance;
  std::vector<StageTiming> timings;  // the only field that differs between equal runs: leave it empty for equal bytes
};

// The whole report as JSON, "schema" included. Errors: kInvalid when a number is NaN or infinite.
nlohmann::json to_json(const Report& report);
// The same for one part, as `mote eval --json` prints it.
nlohmann::json to_json(const Evaluation& evaluation);
// As `mote doctor --json` prints it.
nlohmann::json to_json(const DoctorFindings& findings);
// As the step `mixed` keeps it, and back. Errors: kCorrupt, as report_from_json.
nlohmann::json to_json(const MixedPrecision& mixed);
MixedPrecision mixed_from_json(const nlohmann::json& json);
// to_json as text, indented by one space, innermost arrays of numbers on one line, newline at the end.
std::string report_text(const Report& report);

// Reads what to_json wrote. Unknown keys are passed over, missing ones keep their defaults.
// Errors: kUnsupported for another schema, kCorrupt (with the path of the field) for a wrong type.
Report report_from_json(const nlohmann::json& json);

// Levels from float features, `values` being frames × bins, frame by frame. Errors: kInvalid when the count does not
// fit or a value is NaN or infinite.
FeaturePicture make_feature_picture(std::span<const float> values, std::int64_t frames, std::int64_t bins);

// A gate with `passed` filled in. measured == limit passes. Errors: kInvalid when either number is NaN.
Gate gate_at_least(std::string name, double limit, double measured, std::string unit);
Gate gate_at_most(std::string name, double limit, double measured, std::string unit);

// Reference of every field in Markdown: the content of docs/report.md.
std::string report_reference_markdown();

}  // namespace mote::pipeline
