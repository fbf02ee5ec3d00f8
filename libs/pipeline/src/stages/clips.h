// From an entry of the manifest to the window of samples that features are taken from.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/data/fit.h"
#include "mote/data/manifest.h"
#include "mote/dsp/feature_settings.h"

namespace mote::pipeline {

// The whole recording: synthesized words are shorter than the window, and augmentation places them.
// Errors: kCorrupt for a clip that cannot be read now, though it could be when the data set was examined; kInvalid for
// another number of channels or another rate than the features want.
data::Recording read_clip(const data::Entry& entry, const dsp::FeatureSettings& features);

// The clip cut or padded to `samples`: planar, channels × samples.
std::vector<float> window_of(data::Recording recording, std::int64_t samples, data::Fit fit);

// Positions of at most `most` of `all` clips, at equal distances, in order.
std::vector<std::int64_t> spread_evenly(std::int64_t all, std::int64_t most);

}  // namespace mote::pipeline
