// A finished model as `mote verify` and `mote bench` take it: its int8 graph with the front end that feeds it and the
// post-processing behind it, and clips to run it on. From a run directory, a .tflite that mote exported, or anybody's
// .tflite (then without a front end).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "mote/device/verify.h"
#include "mote/dsp/bake.h"
#include "mote/dsp/bake_fixed.h"
#include "mote/dsp/feature_settings.h"
#include "mote/evaluate/postprocess.h"
#include "mote/exporter/bundle.h"
#include "mote/graph/graph.h"

namespace mote::pipeline {

// The text as a C identifier: other characters become '_', "model" for what has no letter. "kws-small" -> "kws_small".
std::string bundle_name(const std::string& text);

struct DeviceModel {
  graph::Graph graph;
  std::optional<dsp::FeatureSettings> features;  // of the front end
  // What `options` points at; null where there is none.
  std::shared_ptr<const dsp::BakedFrontend> frontend;
  std::shared_ptr<const dsp::BakedFixedFrontend> fixed_frontend;
  std::shared_ptr<const evaluate::BakedPostprocess> postprocess;
  exporter::BundleOptions options;
};

// Errors: kNotFound for a path that holds no model; those of the .tflite reader.
DeviceModel load_device_model(const std::filesystem::path& path);

// How a model is run on a device: a whole window an inference, or the frames that are new.
enum class Inference : std::uint8_t { kWindow, kHop };

// The bundle of a model for a core. Errors: those of device::make_subject and make_stream_subject; for kHop also
// kInvalid from dsp::check_frames_stand_alone.
device::Subject device_subject(const DeviceModel& model, device::Core core, plan::Optimize optimize,
                               Inference inference);
void check_streams(const DeviceModel& model);

// Clips of the recipe's test split (validation where there is none), at most `count`, spread over the split. Where
// `path` is no run directory: random records. Errors: those of reading the data set; kInvalid for no clip.
device::Records device_clips(const std::filesystem::path& path, const DeviceModel& model, std::int64_t count,
                             int threads);

// What a subject is run on: device_clips(); for kHop the frames of at least `count` clips, as many as fill the states
// and 64 hops more. Errors: those of device_clips; kInvalid where the data set has too few clips for that.
device::Records device_records(const std::filesystem::path& path, const DeviceModel& model,
                               const device::Subject& subject, std::int64_t count, int threads);

}  // namespace mote::pipeline
