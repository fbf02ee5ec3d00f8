// From a run directory, or anybody's .tflite, to a project of an ecosystem (exporter/project.h): what `mote export
// --project` does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "mote/exporter/project.h"
#include "mote/plan/plan_options.h"

namespace mote::pipeline {

struct ProjectRequest {
  std::filesystem::path model;  // a run directory, or a .tflite file
  std::filesystem::path out;    // empty: the ecosystem's name, in the run directory
  std::string name;             // empty: from the recipe's name, or from the file's
  std::string ecosystem;        // "esp-idf"
  exporter::ProjectRuntime runtime = exporter::ProjectRuntime::kBundle;
  std::string target;  // a board of configs/targets that the ecosystem has; empty: the ecosystem's first choice
  plan::Optimize optimize = plan::Optimize::kBalanced;
  exporter::BundleForm form = exporter::BundleForm::kCalls;
};

struct ProjectOutcome {
  std::filesystem::path folder;
  std::string name;
  std::string title;  // "ESP-IDF"
  std::string board;
  bool has_frontend = false;
  std::int64_t arena_bytes = 0;
};

// Thresholds, smoothing and refractory time are the recipe's; silence and unknown words do not fire. A model without
// mote's metadata fires with every class from a score of one half.
// Errors: kUsage for an unknown ecosystem, or a lone .tflite without `out`; kNotFound for a missing model or board;
// those of the reader, of make_plan (a model that does not fit the board), of exporter::make_project and
// exporter::write_bundle.
ProjectOutcome export_project(const ProjectRequest& request);

}  // namespace mote::pipeline
