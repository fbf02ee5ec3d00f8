// The steps of waveform augmentation, one function each: no probabilities, no settings, plain numbers in units.
//
// For whoever needs one of them alone and for tests; a training set goes through Augmenter (augment.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/base/rng.h"

namespace mote::data {

// Root of the mean square; 0 for no samples.
double rms(std::span<const float> samples);
// Greatest absolute value; 0 for no samples.
double peak(std::span<const float> samples);
double db_to_amplitude(double db);  // 10^(db/20)

void scale(std::span<float> samples, double factor);

// Played `factor` times as fast: length / factor samples (rounded up), pitch and formants higher by as much. `factor`
// in [0.25, 4] is rounded to the nearest 160th. Windowed-sinc interpolation; nothing above the new half rate stays.
std::vector<float> change_speed(std::span<const float> samples, double factor);

// Same length, pitch and formants moved by `semitones` in [-12, 12]: WSOLA time scaling (Verhelst and Roelands, 1993),
// then change_speed().
std::vector<float> shift_pitch(std::span<const float> samples, double semitones, int rate_hz);

// `factor` times as many samples at the same pitch, by WSOLA; `factor` in [0.25, 4]. Clips shorter than 50 ms repeat or
// lose whole waves audibly.
std::vector<float> stretch_time(std::span<const float> samples, double factor, int rate_hz);

// Peak brought to `drive` full scales, then cut off at +-1. Silence stays as it is.
void clip_hard(std::span<float> samples, double drive);

// First sample of a clip in its window: the middle plus `offset_samples`, held so that the shorter of the two lies
// inside the longer one. Negative when the clip is the longer one.
std::int64_t place_inside(std::int64_t clip_samples, std::int64_t window_samples, std::int64_t offset_samples);

// A room's response: 1, silence for `delay_s`, then noise that decays by 60 dB in `t60_s`, with `tail_ratio` times the
// direct sound's amplitude (root of energy). At most 0.4 s.
std::vector<float> room_response(Rng& rng, double t60_s, double delay_s, double tail_ratio, int rate_hz);

// Gain in dB of the random equalizer at `frequency_hz` > 0: tilt about 1 kHz plus points evenly on a log scale from
// 60 Hz to 8 kHz, straight lines between them, level outside.
double equalizer_gain_db(double frequency_hz, double tilt_db_per_octave, std::span<const double> points_db);

// Gain (amplitude) of a second-order high-pass and a third-order low-pass Butterworth filter at `frequency_hz`.
double band_gain(double frequency_hz, double low_hz, double high_hz);

// Adds `noise` (as many samples) so that rms(signal[first, first + count)) over rms(noise) is snr_db. Where the signal
// or the noise is silent, the noise is left out or taken as it is.
void add_noise(std::span<float> window, std::span<const float> noise, double signal_rms, double snr_db);

// Scales so that the peak is at `peak_dbfs` <= 0. Silence stays.
void set_peak(std::span<float> samples, double peak_dbfs);

}  // namespace mote::data
