#include <array>
#include <string>
#include <vector>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/data/augment.h"

namespace mote::data {
namespace {

constexpr std::array<std::string_view, 3> kPresets = {"off", "light", "synth"};

AugmentSettings light() {
  AugmentSettings settings;
  settings.gain.probability = 1.0;
  settings.position.shift_s = 0.1;
  settings.noise.probability = 0.8;
  settings.noise.recorded_share = 1.0;
  settings.noise.babble_share = 0.0;
  return settings;
}

AugmentSettings synth() {
  AugmentSettings settings;
  settings.speed.probability = 1.0;
  settings.clipping.probability = 0.1;
  settings.position.deviation_s = 0.15;
  settings.room.probability = 0.3;
  settings.equalizer.probability = 0.5;
  settings.band.probability = 0.2;
  settings.noise.probability = 1.0;
  settings.level.probability = 1.0;
  return settings;
}

}  // namespace

void AugmentSettings::validate() const {
  for (const auto& [key, share] : std::initializer_list<std::pair<const char*, double>>{
           {"speed.probability", speed.probability},
           {"pitch.probability", pitch.probability},
           {"gain.probability", gain.probability},
           {"clipping.probability", clipping.probability},
           {"room.probability", room.probability},
           {"equalizer.probability", equalizer.probability},
           {"band.probability", band.probability},
           {"noise.probability", noise.probability},
           {"noise.recorded_share", noise.recorded_share},
           {"noise.babble_share", noise.babble_share},
           {"level.probability", level.probability},
       }) {
    check_number(key, share, 0.0, 1.0);
  }
  check_number("noise.recorded_share + noise.babble_share", noise.recorded_share + noise.babble_share, 0.0, 1.0);
  check_range("speed.factor", speed.factor, 0.25, 4.0);
  check_range("pitch.semitones", pitch.semitones, -12.0, 12.0);
  check_range("gain.db", gain.db, -60.0, 60.0);
  check_range("clipping.drive", clipping.drive, 0.01, 100.0);
  check_number("position.deviation_s", position.deviation_s, 0.0, 10.0);
  check_number("position.shift_s", position.shift_s, 0.0, 10.0);
  check_range("room.t60_s", room.t60_s, 0.01, 10.0);
  check_range("room.delay_s", room.delay_s, 0.0, 0.1);
  check_range("room.tail_ratio", room.tail_ratio, 0.0, 10.0);
  check_range("equalizer.tilt_db_per_octave", equalizer.tilt_db_per_octave, -12.0, 12.0);
  check_range("equalizer.points_db", equalizer.points_db, -40.0, 40.0);
  check_range("band.low_hz", band.low_hz, 1.0, 96000.0);
  check_range("band.high_hz", band.high_hz, 1.0, 96000.0);
  check_range("noise.snr_db", noise.snr_db, -40.0, 100.0);
  check_range("noise.colour", noise.colour, -2.0, 4.0);
  check_number("noise.babble_voices", static_cast<double>(noise.babble_voices), 1.0, 100.0);
  check_range("level.peak_dbfs", level.peak_dbfs, -100.0, 0.0);
}

std::span<const std::string_view> augment_preset_names() {
  return kPresets;
}

AugmentSettings augment_preset(std::string_view name) {
  if (name == "off") return {};
  if (name == "light") return light();
  if (name == "synth") return synth();
  const std::vector<std::string> known(kPresets.begin(), kPresets.end());
  throw Error(ErrorCode::kInvalid, "[augment.preset] wanted off, light or synth, got '" + std::string(name) + "'" +
                                       did_you_mean(name, known) + ": set one of them");
}

}  // namespace mote::data
