// SpecAugment: bars of time and bands of frequency are blanked in log mels, so that a network cannot lean on any one of
// them (Park et al. 2019, "SpecAugment: A Simple Data Augmentation Method for Automatic Speech Recognition").
// Between Extractor::base() and Extractor::finish(), on training clips only.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/base/rng.h"
#include "mote/dsp/feature_settings.h"

namespace mote::dsp {

struct SpecAugmentSettings {
  double probability = 0.0;
  std::int64_t time_masks = 2;
  std::int64_t time_max_frames = 6;
  std::int64_t mel_masks = 2;
  std::int64_t mel_max_bands = 5;

  // Error(kInvalid) that names the field.
  void validate() const;
};

// Calls visit(key, value, help) for each field, in order.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, SpecAugmentSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("probability", s.probability, "share of clips, [0, 1]; 0 is off");
  visit("time_masks", s.time_masks, "bars of time that are set to 0 on the log scale");
  visit("time_max_frames", s.time_max_frames, "a bar's length is drawn from 0 to this many frames");
  visit("mel_masks", s.mel_masks, "bands of frequency that are set to the clip's mean");
  visit("mel_max_bands", s.mel_max_bands, "a band's width is drawn from 0 to this many mel bands");
}

// `base`: frames × coefficients of which the first `mel_count` are log mels; changed in place. The same Rng state gives
// the same masks; mel masks are drawn and filled first, from the mean of the untouched clip.
void spec_augment(const SpecAugmentSettings& settings, Rng& rng, const FeatureShape& shape, std::int64_t mel_count,
                  std::span<float> base);

}  // namespace mote::dsp
