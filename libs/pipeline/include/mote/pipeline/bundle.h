// From a run directory, or anybody's .tflite, to a folder of C99 (exporter/bundle.h). What `mote export --format c` and
// `mote compile` do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "mote/base/log.h"
#include "mote/exporter/bundle.h"
#include "mote/pipeline/device_model.h"
#include "mote/plan/cost.h"

namespace mote::pipeline {

struct BundleRequest {
  std::filesystem::path model;  // a run directory, or a .tflite file
  std::filesystem::path out;    // empty: bundle/ in the run directory
  std::string name;             // empty: from the recipe's name, or from the file's
  std::string target;           // a board of configs/targets, or the path of its file; empty: any core
  plan::Optimize optimize = plan::Optimize::kBalanced;  // what the planner aims at on the target
  exporter::BundleForm form = exporter::BundleForm::kCalls;
  Inference inference = Inference::kWindow;
  exporter::BundleFiles files = exporter::BundleFiles::kFolder;
  LogSink* log = &null_log();
};

struct BundleOutcome {
  std::filesystem::path folder;
  std::string name;
  bool has_frontend = false;
  std::int64_t arena_bytes = 0;
  plan::Cost cost;  // of an inference: with kHop, of a hop
  codegen::Removal removal;
};

// With mote's metadata in the model: labels and the feature front end come along. Of a run directory whose clips can be
// read, golden vectors are test clips; else they are made-up signals, and the log says so.
// With kHop the bundle takes int8 frames and has no front end. Errors: kNotFound for a missing model or target; kUsage
// for a lone .tflite without `out`; those of the reader, of device_subject (streaming), make_plan (a model that does
// not fit the target), exporter::make_bundle and exporter::write_bundle.
BundleOutcome export_bundle(const BundleRequest& request);

}  // namespace mote::pipeline
