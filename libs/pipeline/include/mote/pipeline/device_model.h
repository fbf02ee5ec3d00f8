// A finished model as `mote verify` and `mote bench` take it: its int8 graph with the front end that feeds it and the
// post-processing behind it, and clips to run it on. From a run directory, a .tflite that mote exported, or anybody's
// .tflite (then without a front end).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "mote/device/verify.h"
#include "mote/dsp/bake.h"
#include "mote/dsp/bake_fixed.h"
#include "mote/evaluate/postprocess.h"
#include "mote/exporter/bundle.h"
#include "mote/graph/graph.h"

namespace mote::pipeline {

// The text as a C identifier: other characters become '_', "model" for what has no letter. "kws-small" -> "kws_small".
std::string bundle_name(const std::string& text);

struct DeviceModel {
  graph::Graph graph;
  // What `options` points at; null where there is none.
  std::shared_ptr<const dsp::BakedFrontend> frontend;
  std::shared_ptr<const dsp::BakedFixedFrontend> fixed_frontend;
  std::shared_ptr<const evaluate::BakedPostprocess> postprocess;
  exporter::BundleOptions options;
};

// Errors: kNotFound for a path that holds no model; those of the .tflite reader.
DeviceModel load_device_model(const std::filesystem::path& path);

// Clips of the recipe's test split (validation where there is none), at most `count`, spread over the split. Where
// `path` is no run directory: random records. Errors: those of reading the data set; kInvalid for no clip.
device::Records device_clips(const std::filesystem::path& path, const DeviceModel& model, std::int64_t count,
                             int threads);

}  // namespace mote::pipeline
