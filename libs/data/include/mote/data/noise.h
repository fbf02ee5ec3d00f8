// Seeded noise: for backgrounds when no recordings are at hand, and for a "silence" class.
//
// Every generator fills a whole span from one random stream, has mean about 0, and is scaled to an RMS of 0.1 unless it
// says otherwise (a coloured noise of that RMS stays within +-1 but for rare peaks). Recorded noise of the place where
// the device will work is better than any of these.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/base/rng.h"
#include "mote/data/range.h"

namespace mote::data {

// Power density 1/f^exponent above 20 Hz, flat below. `exponent` in [-2, 4]: 0 white, 1 pink, 2 brown. rate_hz > 0.
void coloured_noise(Rng& rng, double exponent, int rate_hz, std::span<float> out);
void white_noise(Rng& rng, std::span<float> out);
void pink_noise(Rng& rng, int rate_hz, std::span<float> out);
void brown_noise(Rng& rng, int rate_hz, std::span<float> out);

// Mains hum: `base_hz` and its harmonics up to the tenth, falling and of random phase.
void hum_noise(Rng& rng, double base_hz, int rate_hz, std::span<float> out);

// Clicks and knocks: short decaying bursts, on average `bursts_per_s` a second (Poisson). All zero when none fell in.
void impulse_noise(Rng& rng, double bursts_per_s, int rate_hz, std::span<float> out);

// `voices` random clips at random places at once, repeated until the span is full. `clips` must not be empty or hold
// only empty clips: else silence.
void babble_noise(Rng& rng, std::span<const std::span<const float>> clips, std::int64_t voices, std::span<float> out);

// A random stretch of a random one of `recordings`, wrapped around where it is too short, at its own level.
void recorded_noise(Rng& rng, std::span<const std::span<const float>> recordings, std::span<float> out);

// What stands in for recordings: coloured noise with 1/f^a, a drawn from `colour`, often swelling and fading, with its
// own random spectrum, sometimes with hum or knocks.
void generated_noise(Rng& rng, const Range& colour, int rate_hz, std::span<float> out);

}  // namespace mote::data
