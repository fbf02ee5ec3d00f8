// Vocal-tract length perturbation: a voice from a longer or shorter throat, by stretching the frequency axis under the
// mel bands (Jaitly and Hinton 2013, "Vocal Tract Length Perturbation improves speech recognition").
#pragma once

#include <cstdint>
#include <vector>

namespace mote::dsp {

// `frequency_hz` in [0, nyquist_hz] as it is heard after a warp by `factor` in [0.5, 2]: factor · f up to a knee below
// 0.6 nyquist, then straight on to nyquist. Ascending in f; warp(0) = 0, warp(nyquist) = nyquist.
double warp_frequency_hz(double frequency_hz, double factor, double nyquist_hz);

// `steps` factors exp(x), x evenly from -range to range: what the random draws of augmentation choose from, so that
// filter banks are made once. range in [0, 0.69]; range 0 or steps < 2 gives none.
std::vector<double> warp_factors(double range, std::int64_t steps);

}  // namespace mote::dsp
