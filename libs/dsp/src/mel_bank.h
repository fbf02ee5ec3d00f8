// Mel filter banks over the bins of an FFT, as sparse rows.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/dsp/feature_settings.h"

namespace mote::dsp {

struct MelBank {
  std::vector<std::uint16_t> begin;  // first bin of each band
  std::vector<std::uint16_t> size;   // bins of each band, >= 1
  std::vector<float> weights;        // band after band
};

// settings.mel_count bands whose edges lie evenly on the mel scale between low_hz and high_hz; the bin at f weighs as
// if it lay at warp_frequency_hz(f, warp). Error(kInvalid) that names a band without a bin.
MelBank make_mel_bank(const FeatureSettings& settings, double warp);

// The upper edge of bands and bins: high_hz, or half the rate when that is 0.
double upper_edge_hz(const FeatureSettings& settings);

}  // namespace mote::dsp
