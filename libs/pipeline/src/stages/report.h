// Gathers what the stages left into report.json, report.html and, where the recipe has gates, gates.xml.
#pragma once

#include "mote/data/summary.h"
#include "stages/context.h"
#include "stages/evaluate.h"

namespace mote::pipeline {

struct ReportInput {
  const ModelUnderTest& model;
  const data::DatasetSummary& summary;
  const std::vector<Notice>& notices;
  const Scored& scored;
  Evaluation evaluation;
};

Report make_report(const Context& context, const ReportInput& input);

// Writes report.json and report.html, and gates.xml where the recipe has gates.
void write_report(const Context& context, const Report& report);

}  // namespace mote::pipeline
