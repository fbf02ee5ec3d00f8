// "mote.features": what a model file says about how to feed it and how to read it. JSON in the .tflite's metadata, so
// that `eval` and `compile` work from the file alone.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mote/dsp/feature_settings.h"
#include "mote/pipeline/recipe.h"

namespace mote::pipeline {

inline constexpr std::string_view kFeatureMetadataFormat = "mote.features/1";

struct FeatureMetadata {
  dsp::FeatureSettings features;    // with the measured mean and deviation
  std::vector<std::string> labels;  // by output index
  double clip_ms = 1000;            // what one inference hears
  std::string fit = "loudest";      // how a longer clip was cut
  PostprocessSettings postprocess;
  // Provenance.
  std::string name;
  std::string version;          // of mote
  std::string instruction_set;  // that trained it
  std::uint64_t seed = 0;
  std::string recipe_hash;
  std::string data_hash;
};

// Compact JSON with sorted keys: the same metadata, the same bytes.
std::string to_text(const FeatureMetadata& metadata);
// Errors: kCorrupt for what is not such JSON, kUnsupported for another format version, kInvalid for settings out of
// range.
FeatureMetadata parse_feature_metadata(const std::string& text);

}  // namespace mote::pipeline
