// Waveform augmentation: a clip of speech becomes one window as a microphone somewhere might have heard it.
//
// Use one Augmenter for a whole training set and call it for every (clip, pass); the result depends on seed, clip, pass
// and settings only, never on the order of calls or the thread. What one step draws does not depend on whether other
// steps are on. Audio only: one channel, samples in [-1, 1].
// Not here: mel-axis warp and SpecAugment (dsp), mixup (trainer). The steps one by one: augment_steps.h.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/data/range.h"

namespace mote::data {

// In the order in which the steps are applied. A probability of 0 switches a step off. The defaults change nothing
// but the position: a clip is put in the middle of the window. Source of the "synth" figures: measured on real voices.
struct AugmentSettings {
  struct Speed {
    double probability = 0.0;
    Range factor{0.756, 1.162};  // > 1 is faster and higher; drawn evenly on a log scale
  } speed;
  struct Pitch {
    double probability = 0.0;
    Range semitones{-2.0, 2.0};
  } pitch;
  struct Gain {
    double probability = 0.0;
    Range db{-6.0, 6.0};
  } gain;
  struct Clipping {
    double probability = 0.0;
    Range drive{1.5, 6.0};  // the clip's peak in full scales, before it is cut off at 1
  } clipping;
  struct Position {
    double deviation_s = 0.0;  // standard deviation around the middle; a clip stays inside the window
    double shift_s = 0.0;      // then evenly up to this far either way; what leaves the window is lost
  } position;
  struct Room {
    double probability = 0.0;
    Range t60_s{0.08, 0.6};       // time in which the reverberation falls by 60 dB
    Range delay_s{0.001, 0.006};  // silence between the direct sound and the reverberation
    Range tail_ratio{0.15, 1.0};  // amplitude of the reverberation over that of the direct sound
  } room;
  struct Equalizer {
    double probability = 0.0;
    Range tilt_db_per_octave{-3.0, 3.0};  // about 1 kHz
    Range points_db{-6.0, 6.0};           // 7 points evenly on a log scale from 60 Hz to 8 kHz
  } equalizer;
  struct Band {
    double probability = 0.0;
    Range low_hz{50.0, 400.0};      // high-pass, 12 dB an octave
    Range high_hz{2800.0, 7500.0};  // low-pass, 18 dB an octave
  } band;
  struct Noise {
    double probability = 0.0;
    Range snr_db{5.0, 35.0};  // against the RMS of the clip where it lies in the window
    std::string path;         // folder of recorded noise; empty: all noise is generated
    double recorded_share = 0.7;
    double babble_share = 0.1;  // what is left is generated
    Range colour{0.0, 1.2};     // exponent a of generated noise of power 1/f^a
    std::int64_t babble_voices = 4;
  } noise;
  struct Level {
    double probability = 0.0;
    Range peak_dbfs{-26.0, 0.0};
  } level;

  // Error(kInvalid) that names the field, what was wanted and what was got.
  void validate() const;
};

// "off": nothing; "light": real recordings (shift, gain, noise); "synth": training on synthesized speech.
// Error(kInvalid) on another name, with the nearest known one.
AugmentSettings augment_preset(std::string_view name);
std::span<const std::string_view> augment_preset_names();

// Calls visit(key, value, help) for every field, in order; names are dotted ("noise.snr_db"), value is a reference to
// double, std::int64_t, std::string or Range. The one list of these settings: recipe keys and hashes are made from it.
template <class Settings, class Visitor>
requires std::is_same_v<std::remove_const_t<Settings>, AugmentSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("speed.probability", s.speed.probability, "share of clips played faster or slower");
  visit("speed.factor", s.speed.factor, "range of the speed; moves pitch and length together");
  visit("pitch.probability", s.pitch.probability, "share of clips whose pitch is moved at the same length");
  visit("pitch.semitones", s.pitch.semitones, "range of the pitch shift in semitones");
  visit("gain.probability", s.gain.probability, "share of clips made louder or softer");
  visit("gain.db", s.gain.db, "range of the gain in dB");
  visit("clipping.probability", s.clipping.probability, "share of clips driven into clipping");
  visit("clipping.drive", s.clipping.drive, "range of the peak, in full scales, before it is cut off");
  visit("position.deviation_s", s.position.deviation_s,
        "standard deviation of the clip's place around the middle, seconds");
  visit("position.shift_s", s.position.shift_s, "greatest shift either way, seconds; what leaves the window is lost");
  visit("room.probability", s.room.probability, "share of clips put in a simulated room");
  visit("room.t60_s", s.room.t60_s, "range of the reverberation time, seconds");
  visit("room.delay_s", s.room.delay_s, "range of the delay of the reverberation, seconds");
  visit("room.tail_ratio", s.room.tail_ratio, "range of the reverberation's amplitude over the direct sound's");
  visit("equalizer.probability", s.equalizer.probability, "share of clips with a random equalizer");
  visit("equalizer.tilt_db_per_octave", s.equalizer.tilt_db_per_octave, "range of the tilt about 1 kHz");
  visit("equalizer.points_db", s.equalizer.points_db, "range of the gain at 7 points from 60 Hz to 8 kHz");
  visit("band.probability", s.band.probability, "share of clips with a high-pass and a low-pass");
  visit("band.low_hz", s.band.low_hz, "range of the high-pass's corner");
  visit("band.high_hz", s.band.high_hz, "range of the low-pass's corner");
  visit("noise.probability", s.noise.probability, "share of clips with background noise");
  visit("noise.snr_db", s.noise.snr_db, "range of the signal-to-noise ratio");
  visit("noise.path", s.noise.path, "folder of recorded noise; empty: all noise is generated");
  visit("noise.recorded_share", s.noise.recorded_share, "share of the noise taken from the recordings");
  visit("noise.babble_share", s.noise.babble_share, "share of the noise made of other clips; the rest is generated");
  visit("noise.colour", s.noise.colour, "range of a in generated noise of power 1/f^a");
  visit("noise.babble_voices", s.noise.babble_voices, "clips that speak at once in babble");
  visit("level.probability", s.level.probability, "share of windows whose peak is set");
  visit("level.peak_dbfs", s.level.peak_dbfs, "range of that peak, dB below full scale");
}

// What other sounds a clip may be mixed with. Both may be empty: then generated noise takes their share. The samples
// are not owned and must outlive the Augmenter; they are at its rate.
struct AugmentSources {
  std::vector<std::span<const float>> noise;   // recorded backgrounds, any length > 0
  std::vector<std::span<const float>> babble;  // clips of speech, trimmed
};

// Names one result: the same key gives the same window.
struct AugmentKey {
  std::uint64_t seed = 0;
  std::uint64_t clip = 0;
  std::uint64_t pass = 0;  // epoch, or number of the cached pass
};

// Thread-safe once made: apply() may be called from any number of threads.
class Augmenter {
 public:
  // `rate_hz` in [2000, 192000], `window_samples` in [1, 2^22]: of every window made.
  // Error(kInvalid) when settings.validate() fails, on rate or window out of range, and on an empty source.
  Augmenter(AugmentSettings settings, AugmentSources sources, int rate_hz, std::int64_t window_samples);
  ~Augmenter();
  Augmenter(Augmenter&&) noexcept;
  Augmenter& operator=(Augmenter&&) noexcept;

  std::int64_t window_samples() const;

  // Writes window_samples() samples, each in [-1, 1]. `clip`: samples in [-1, 1] at rate_hz, any length (0 gives noise
  // or silence); a longer one than the window loses its ends.
  void apply(std::span<const float> clip, const AugmentKey& key, std::span<float> window) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mote::data
