// What the doctor found as the part of a report.
#pragma once

#include "mote/doctor/mixed_precision.h"
#include "mote/doctor/proposals.h"
#include "mote/doctor/tflite_check.h"
#include "mote/pipeline/recipe.h"
#include "mote/pipeline/report_doctor.h"

namespace mote::pipeline {

void add_diagnosis(const doctor::Diagnosis& diagnosis, DoctorFindings& findings);
void add_proposals(const std::vector<doctor::Proposal>& proposals, const Recipe& recipe,
                   const doctor::Treatment& treatment, DoctorFindings& findings);
// With a note on what int16 activations would give and cost, where they were measured.
void add_trials(const std::vector<doctor::Trial>& trials, DoctorFindings& findings);
void add_types(const doctor::TypeTable& table, const doctor::TypePlan& plan, DoctorFindings& findings);
void add_int8_layers(const std::vector<doctor::Int8Finding>& layers, DoctorFindings& findings);

}  // namespace mote::pipeline
