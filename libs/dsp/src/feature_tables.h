// The tables of a front end in double, before either arithmetic rounds them.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/dsp/feature_settings.h"

namespace mote::dsp {

std::vector<double> window_table(WindowFunction function, std::int64_t length);

// Type-II DCT, mfcc_count × mel_count, lifter included.
std::vector<double> dct_table(const FeatureSettings& settings);

}  // namespace mote::dsp
