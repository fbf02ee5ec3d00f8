// Synthesized motion: windows of a 3-axis accelerometer for trying a recipe without any recording.
//
// A model trained on these recognizes these: real use needs recordings of the real device. Units are g (standard
// gravity): a device at rest shows a vector of length 1 that points wherever its owner holds it.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "mote/data/manifest.h"
#include "mote/data/range.h"
#include "mote/data/recording.h"

namespace mote::data {

struct MotionSettings {
  std::vector<std::string> classes{"still", "shake", "circle", "tap"};  // some of motion_kinds()
  std::int64_t windows = 300;                                           // of each class
  std::int64_t persons = 30;      // groups, each with its own way to hold and move and its own sensor; >= 3
  double validation_share = 0.2;  // of the persons, at least one
  double test_share = 0.2;        // of the persons, at least one
  double duration_s = 1.0;
  double rate_hz = 100.0;
  Range shake_hz{3.0, 6.0};
  Range shake_g{0.5, 2.0};
  Range circle_hz{0.8, 2.0};
  Range circle_g{0.15, 0.6};
  Range tap_g{1.0, 4.0};
  double noise_g = 0.02;  // RMS of the sensor's noise, an axis
  double drift_g = 0.05;  // greatest offset of an axis, and its greatest change within a window

  // Error(kInvalid) that names the field, what was wanted and what was got.
  void validate() const;
};

// The motions that can be made: "still", "shake", "circle", "tap".
const std::vector<std::string>& motion_kinds();

// Calls visit(key, value, help) for every field, in order; value is a reference to double, std::int64_t,
// std::vector<std::string> or Range.
template <class Settings, class Visitor>
requires std::is_same_v<std::remove_const_t<Settings>, MotionSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("classes", s.classes, "motions to make: still, shake, circle, tap");
  visit("windows", s.windows, "windows of each class");
  visit("persons", s.persons, "synthetic persons; splits keep each together");
  visit("validation_share", s.validation_share, "share of the persons held out for validation");
  visit("test_share", s.test_share, "share of the persons held out for the test");
  visit("duration_s", s.duration_s, "length of a window in seconds");
  visit("rate_hz", s.rate_hz, "samples a second");
  visit("shake_hz", s.shake_hz, "range of a shake's frequency");
  visit("shake_g", s.shake_g, "range of a shake's amplitude in g");
  visit("circle_hz", s.circle_hz, "range of a circle's turns a second");
  visit("circle_g", s.circle_g, "range of a circle's acceleration in g");
  visit("tap_g", s.tap_g, "range of a tap's peak in g");
  visit("noise_g", s.noise_g, "sensor noise, RMS in g");
  visit("drift_g", s.drift_g, "greatest sensor offset and drift in g");
}

// Window `index` >= 0 of class `class_index` in [0, classes.size()): three channels x, y, z in g, with label, group
// (the person) and source. The same arguments give the same samples; no other setting of the list of classes matters
// than the name at class_index. Error(kInvalid) when settings.validate() fails.
Recording motion_window(const MotionSettings& settings, std::uint64_t seed, std::size_t class_index,
                        std::int64_t index);

// settings.windows windows of each class, made anew each time that an entry is read. Persons are disjoint between
// splits. Error(kInvalid) when settings.validate() fails.
Manifest motion_manifest(const MotionSettings& settings, std::uint64_t seed);

}  // namespace mote::data
