// What a kind of features is made of.
#pragma once

#include <cstdint>

#include "mote/dsp/feature_settings.h"

namespace mote::dsp {

bool has_mel(const FeatureSettings& settings);         // mfcc, log_mel
bool has_statistics(const FeatureSettings& settings);  // mean, deviation and RMS of each channel
bool has_bins(const FeatureSettings& settings);        // the FFT bins themselves

struct BinRange {
  std::int64_t begin = 0;
  std::int64_t count = 0;  // < 1 when no bin lies between the edges
};
// The FFT bins between low_hz and high_hz, both included.
BinRange fft_bins(const FeatureSettings& settings);

// Values of one frame, before and after DCT.
std::int64_t base_count(const FeatureSettings& settings);
std::int64_t feature_count(const FeatureSettings& settings);

}  // namespace mote::dsp
