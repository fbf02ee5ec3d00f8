// Features of the training and validation clips, cached on disk: K augmented passes of each training clip, one plain
// pass of each validation clip. What is cached is the base (log mels, before SpecAugment, DCT and normalization).
#pragma once

#include <memory>
#include <string>

#include "mote/data/feature_cache.h"
#include "mote/dsp/extractor.h"
#include "stages/context.h"
#include "stages/dataset.h"

namespace mote::pipeline {

// Frames × coefficients of one input of the model.
dsp::FeatureShape model_input_shape(const Recipe& recipe);

struct CachedFeatures {
  data::FeatureCache train;
  data::FeatureCache validation;
  dsp::FeatureSettings settings;  // of the recipe, with the measured mean and deviation where it standardizes
};

// Names the data, the settings and the recorded noise (by path, size and time) that shape the caches.
std::string features_key(const Recipe& recipe, const std::string& data_hash);

// Writes both caches and the statistics into the run directory.
void make_features(const Context& context, const Dataset& dataset, const std::string& key);

// Opens what make_features() wrote. Errors: kCorrupt when a cache is damaged.
CachedFeatures open_features(const Context& context, const std::string& key);

}  // namespace mote::pipeline
