#include "mote/data/motion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <set>

#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "mote/base/text.h"

namespace mote::data {
namespace {

using Vector = std::array<double, 3>;

constexpr double kTwoPi = 2.0 * std::numbers::pi;

Vector operator+(const Vector& a, const Vector& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}
Vector operator*(double s, const Vector& v) {
  return {s * v[0], s * v[1], s * v[2]};
}
Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

// Evenly over the sphere.
Vector random_direction(Rng& rng) {
  const double z = rng.uniform(-1.0, 1.0);
  const double angle = rng.uniform(0.0, kTwoPi);
  const double radius = std::sqrt(1.0 - z * z);
  return {radius * std::cos(angle), radius * std::sin(angle), z};
}

Vector normalized(const Vector& v) {
  return (1.0 / std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])) * v;
}

// A direction at a right angle to `v`, of length 1.
Vector perpendicular(Rng& rng, const Vector& v) {
  for (;;) {
    const Vector across = cross(v, random_direction(rng));
    if (across[0] * across[0] + across[1] * across[1] + across[2] * across[2] > 1e-4) return normalized(across);
  }
}

// A direction near `v`.
Vector tilted(Rng& rng, const Vector& v, double amount) {
  return normalized(v + amount * random_direction(rng));
}

// Narrower than `range`, around where this person tends to be.
double draw_near(Rng& rng, const Range& range, double habit) {
  const double middle = std::lerp(range.low, range.high, habit);
  const double reach = 0.2 * (range.high - range.low);
  return std::clamp(rng.uniform(middle - reach, middle + reach), range.low, range.high);
}

struct Person {
  Vector gravity;  // as the device is held
  Vector axis;     // along which this person shakes
  double speed;    // habit in [0, 1]: slow to quick
  double force;    // habit in [0, 1]: gentle to strong
  Vector offset;   // of the sensor, in g
};

Person make_person(const MotionSettings& settings, std::uint64_t seed, std::int64_t number) {
  Rng rng = Rng::derive(seed, "motion.person", {static_cast<std::uint64_t>(number)});
  Person person;
  person.gravity = random_direction(rng);
  person.axis = random_direction(rng);
  person.speed = rng.uniform();
  person.force = rng.uniform();
  for (double& axis : person.offset) axis = rng.uniform(-settings.drift_g, settings.drift_g);
  return person;
}

// Each motion is a function from the time in seconds to an acceleration in g, on top of gravity.
using Motion = std::function<Vector(double time_s)>;

Motion still(Rng& rng, const MotionSettings&, const Person&) {
  const Vector axis = random_direction(rng);
  const double tremor_g = rng.uniform(0.0, 0.02);  // a hand is never quite at rest
  const double tremor_hz = rng.uniform(6.0, 12.0);
  return [=](double t) { return tremor_g * std::sin(kTwoPi * tremor_hz * t) * axis; };
}

Motion shake(Rng& rng, const MotionSettings& settings, const Person& person) {
  const Vector axis = tilted(rng, person.axis, 0.3);
  const double frequency_hz = draw_near(rng, settings.shake_hz, person.speed);
  const double amplitude_g = draw_near(rng, settings.shake_g, person.force);
  const double phase = rng.uniform(0.0, kTwoPi);
  const double overtone = rng.uniform(0.0, 0.3);
  return [=](double t) {
    const double angle = kTwoPi * frequency_hz * t + phase;
    return amplitude_g * (std::sin(angle) + overtone * std::sin(2.0 * angle)) * axis;
  };
}

Motion circle(Rng& rng, const MotionSettings& settings, const Person& person) {
  const Vector first = perpendicular(rng, tilted(rng, person.axis, 0.3));
  const Vector second = cross(normalized(tilted(rng, person.axis, 0.3)), first);
  const double frequency_hz = draw_near(rng, settings.circle_hz, person.speed);
  const double amplitude_g = draw_near(rng, settings.circle_g, person.force);
  const double phase = rng.uniform(0.0, kTwoPi);
  const double turn = rng.chance(0.5) ? 1.0 : -1.0;
  return [=](double t) {
    const double angle = turn * kTwoPi * frequency_hz * t + phase;
    return amplitude_g * (std::cos(angle) * first + std::sin(angle) * second);
  };
}

// One or two knocks that ring for some hundredths of a second.
Motion tap(Rng& rng, const MotionSettings& settings, const Person& person) {
  const Vector axis = tilted(rng, person.axis, 0.5);
  const double peak_g = draw_near(rng, settings.tap_g, person.force);
  const double at_s = rng.uniform(0.1, 0.7) * settings.duration_s;
  const double again_s = rng.chance(0.3) ? at_s + 0.2 * settings.duration_s : -1.0;
  const double ring_hz = rng.uniform(20.0, 40.0);
  const double decay_s = rng.uniform(0.02, 0.06);
  return [=](double t) {
    const auto knock = [&](double start) {
      if (start < 0.0 || t < start) return 0.0;
      return std::exp((start - t) / decay_s) * std::cos(kTwoPi * ring_hz * (t - start));
    };
    return peak_g * (knock(at_s) + knock(again_s)) * axis;
  };
}

struct Kind {
  const char* name;
  Motion (*make)(Rng& rng, const MotionSettings& settings, const Person& person);
};
constexpr std::array<Kind, 4> kKinds = {{{"still", still}, {"shake", shake}, {"circle", circle}, {"tap", tap}}};

const Kind& kind_named(const std::string& name) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return name == kind.name; });
  if (found != kKinds.end()) return *found;
  throw Error(ErrorCode::kInvalid, "[motion.classes] wanted still, shake, circle or tap, got '" + name + "'" +
                                       did_you_mean(name, motion_kinds()) + ": set one of them");
}

std::int64_t samples_of(const MotionSettings& settings) {
  return std::llround(settings.duration_s * settings.rate_hz);
}

void fill(Rng& rng, const MotionSettings& settings, const Person& person, const Motion& motion, Recording& recording) {
  const Vector gravity = tilted(rng, person.gravity, 0.15);
  const Vector drift = (rng.uniform(-1.0, 1.0) * settings.drift_g) * random_direction(rng);
  const double gain = rng.uniform(0.97, 1.03);  // of this sensor
  for (std::int64_t i = 0; i < recording.samples; ++i) {
    const double time_s = static_cast<double>(i) / settings.rate_hz;
    const Vector sum = gravity + motion(time_s) + person.offset + (time_s / settings.duration_s) * drift;
    for (int axis = 0; axis < 3; ++axis) {
      const double value = gain * sum[static_cast<std::size_t>(axis)] + settings.noise_g * rng.normal();
      recording.channel(axis)[static_cast<std::size_t>(i)] = static_cast<float>(value);
    }
  }
}

class MotionClips final : public ClipSource {
 public:
  MotionClips(MotionSettings settings, std::uint64_t seed) : settings_(std::move(settings)), seed_(seed) {}

  Result<Recording> read(const Entry& entry) const override {
    const auto windows = static_cast<std::uint64_t>(settings_.windows);
    return motion_window(settings_, seed_, entry.item / windows, static_cast<std::int64_t>(entry.item % windows));
  }

  std::string settings_text() const override {
    std::string text = fmt::format("motion seed {}", seed_);
    visit_fields(settings_, [&](std::string_view name, const auto& field, std::string_view) {
      text += fmt::format("\n{} ", name) + to_text(field);
    });
    return text;
  }

 private:
  static std::string to_text(double value) { return fmt::format("{:.17g}", value); }
  static std::string to_text(std::int64_t value) { return fmt::format("{}", value); }
  static std::string to_text(const Range& range) { return fmt::format("{:.17g} {:.17g}", range.low, range.high); }
  static std::string to_text(const std::vector<std::string>& list) { return join(list, ","); }

  MotionSettings settings_;
  std::uint64_t seed_;
};

Split split_of_person(std::int64_t person, const MotionSettings& settings) {
  const auto share = [&](double part) {
    return std::max<std::int64_t>(1, std::llround(part * static_cast<double>(settings.persons)));
  };
  if (person < share(settings.validation_share)) return Split::kValidation;
  if (person < share(settings.validation_share) + share(settings.test_share)) return Split::kTest;
  return Split::kTrain;
}

}  // namespace

const std::vector<std::string>& motion_kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Kind& kind : kKinds) list.emplace_back(kind.name);
    return list;
  }();
  return names;
}

void MotionSettings::validate() const {
  for (const std::string& name : classes) kind_named(name);
  const std::set<std::string> different(classes.begin(), classes.end());
  if (classes.empty() || different.size() != classes.size()) {
    throw Error(ErrorCode::kInvalid,
                "[motion.classes] wanted different motions, got '" + join(classes, ",") + "': name each once");
  }
  check_number("motion.windows", static_cast<double>(windows), 1.0, 1e6);
  check_number("motion.persons", static_cast<double>(persons), 3.0, 1e6);
  check_number("motion.validation_share", validation_share, 0.0, 0.3);
  check_number("motion.test_share", test_share, 0.0, 0.3);
  check_number("motion.duration_s", duration_s, 0.01, 3600.0);
  check_number("motion.rate_hz", rate_hz, 1.0, 100000.0);
  check_number("motion.duration_s * motion.rate_hz", duration_s * rate_hz, 1.0, 1e7);
  check_range("motion.shake_hz", shake_hz, 0.1, 100.0);
  check_range("motion.shake_g", shake_g, 0.0, 100.0);
  check_range("motion.circle_hz", circle_hz, 0.1, 100.0);
  check_range("motion.circle_g", circle_g, 0.0, 100.0);
  check_range("motion.tap_g", tap_g, 0.0, 100.0);
  check_number("motion.noise_g", noise_g, 0.0, 10.0);
  check_number("motion.drift_g", drift_g, 0.0, 10.0);
}

Recording motion_window(const MotionSettings& settings, std::uint64_t seed, std::size_t class_index,
                        std::int64_t index) {
  settings.validate();
  const Kind& kind = kind_named(settings.classes.at(class_index));
  const std::int64_t number = index % settings.persons;  // every person makes every motion about as often
  const Person person = make_person(settings, seed, number);
  Rng rng = Rng::derive(seed, std::string("motion.") + kind.name, {static_cast<std::uint64_t>(index)});
  Recording recording;
  recording.channels = 3;
  recording.samples = samples_of(settings);
  recording.rate_hz = settings.rate_hz;
  recording.full_scale = 0.0F;
  recording.values.resize(3 * static_cast<std::size_t>(recording.samples));
  recording.source = fmt::format("motion/{}-{}", kind.name, index);
  recording.label = kind.name;
  recording.group = fmt::format("person-{}", number);
  const Motion motion = kind.make(rng, settings, person);
  fill(rng, settings, person, motion, recording);
  return recording;
}

Manifest motion_manifest(const MotionSettings& settings, std::uint64_t seed) {
  settings.validate();
  const auto source = std::make_shared<const MotionClips>(settings, seed);
  Manifest manifest;
  manifest.name = "motion";
  manifest.labels = settings.classes;
  manifest.split_rule = "by synthetic person";
  for (std::size_t kind = 0; kind < settings.classes.size(); ++kind) {
    for (std::int64_t index = 0; index < settings.windows; ++index) {
      const std::int64_t person = index % settings.persons;
      Entry entry;
      entry.id = fmt::format("motion/{}-{}", settings.classes[kind], index);
      entry.label = settings.classes[kind];
      entry.group = fmt::format("person-{}", person);
      entry.split = split_of_person(person, settings);
      entry.origin = Origin::kGenerated;
      entry.source = source;
      entry.item = kind * static_cast<std::uint64_t>(settings.windows) + static_cast<std::uint64_t>(index);
      manifest.entries.push_back(std::move(entry));
    }
  }
  std::sort(manifest.entries.begin(), manifest.entries.end(),
            [](const Entry& a, const Entry& b) { return a.id < b.id; });
  return manifest;
}

}  // namespace mote::data
