#include "mote/base/error.h"
#include "mote/data/synth.h"

namespace mote::data {

void SynthSettings::validate() const {
  constexpr double kMostClips = 1e6;
  check_number("synth.espeak_clips", static_cast<double>(espeak_clips), 0.0, kMostClips);
  check_number("synth.flite_clips", static_cast<double>(flite_clips), 0.0, kMostClips);
  check_number("synth.espeak_clips + synth.flite_clips", static_cast<double>(espeak_clips + flite_clips), 1.0,
               kMostClips);
  check_number("synth.unknown_clips", static_cast<double>(unknown_clips), 0.0, kMostClips);
  check_number("synth.validation_share", validation_share, 0.0, 0.5);
  check_number("synth.test_share", test_share, 0.0, 0.4);
  check_range("synth.espeak_speed_wpm", espeak_speed_wpm, 80.0, 450.0);
  check_range("synth.espeak_pitch", espeak_pitch, 0.0, 100.0);
  check_range("synth.espeak_pitch_range", espeak_pitch_range, 0.0, 100.0);
  check_range("synth.flite_stretch", flite_stretch, 0.2, 5.0);
  check_range("synth.flite_pitch_factor", flite_pitch_factor, 0.3, 3.0);
  check_range("synth.flite_pitch_deviation_hz", flite_pitch_deviation_hz, 0.0, 200.0);
  if (unknown_label.empty()) {
    throw Error(ErrorCode::kInvalid, "[synth.unknown_label] wanted a label, got '': set one, such as _unknown_");
  }
  if (espeak_clips > 0 && espeak_accents.empty()) {
    throw Error(ErrorCode::kInvalid,
                "[synth.espeak_accents] wanted a voice, got none: name one or set espeak_clips to 0");
  }
}

}  // namespace mote::data
