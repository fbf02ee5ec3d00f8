// Brings a clip to an exact length: the rule by which it is cropped or padded.
#pragma once

#include <cstdint>

#include "mote/data/recording.h"

namespace mote::data {

// Where the kept samples of a longer clip lie, and where the zeros around a shorter one go.
enum class Fit : std::uint8_t {
  kLoudest,  // the stretch with the most energy, the middle one of equals; padded evenly on both sides
  kCentre,   // the middle; padded evenly on both sides (the odd zero behind)
  kStart,    // the first samples; padded behind, as TensorFlow's decode_wav does
};

// First sample of the stretch of `length_samples` that `fit` keeps. Energy is summed over all channels after removing
// each channel's mean. `length_samples` in [1, recording.samples].
std::int64_t crop_begin(const Recording& recording, std::int64_t length_samples, Fit fit);

// The recording, exactly `length_samples` (> 0) long. Labelled spans move along and are cut at the ends. Padding is
// zero.
Recording fit_length(Recording recording, std::int64_t length_samples, Fit fit);

// Samples [begin, end) of `recording`, 0 <= begin <= end <= samples, with the label of the span that holds all of it
// (else the recording's own label) and without spans.
Recording slice(const Recording& recording, std::int64_t begin_sample, std::int64_t end_sample);

}  // namespace mote::data
