// A recording: what every reader and generator makes, whatever the sensor.
//
// Use it for one clip of audio (one channel), one stretch of an accelerometer (three), an IMU (six). It is not a
// feature tensor: windows are cut from it and dsp turns them into tensors.
#pragma once

#include <cassert>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mote::data {

// Samples [begin, end) of a recording that carry one label.
struct LabelledSpan {
  std::int64_t begin_sample = 0;
  std::int64_t end_sample = 0;
  std::string label;

  bool operator==(const LabelledSpan&) const = default;
};

struct Recording {
  int channels = 1;
  std::int64_t samples = 0;         // of each channel
  double rate_hz = 0;               // samples a second, > 0
  float full_scale = 1;             // amplitude at which the sensor clips: 1 for audio, 0 when it is not known
  std::vector<float> values;        // planar, channels x samples: channel c starts at c * samples
  std::string source;               // path, or the generator's name for the clip
  std::string label;                // of the whole recording; empty when `spans` has the labels
  std::vector<LabelledSpan> spans;  // ascending, disjoint; empty when `label` holds for all of it
  std::string group;                // speaker, person, device, session: what a split must not tear apart

  // Channel `index` in [0, channels): a view that lives as long as the recording.
  std::span<const float> channel(int index) const {
    return std::span(values).subspan(offset(index), static_cast<std::size_t>(samples));
  }
  std::span<float> channel(int index) {
    return std::span(values).subspan(offset(index), static_cast<std::size_t>(samples));
  }
  double duration_s() const { return rate_hz > 0 ? static_cast<double>(samples) / rate_hz : 0; }

 private:
  std::size_t offset(int index) const { return static_cast<std::size_t>(index) * static_cast<std::size_t>(samples); }
};

// Why one item among many could not be read: a value, to be collected and reported, never an exception.
struct ReadFailure {
  std::string source;   // the file, with ":line" where it has lines
  std::string problem;  // "wanted ..., got ...: what to do"

  std::string message() const { return source + ": " + problem; }
  bool operator==(const ReadFailure&) const = default;
};

// Either a value or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(ReadFailure failure) : state_(std::move(failure)) {}

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  // Only when ok().
  T& value() & { return assert(ok()), *std::get_if<T>(&state_); }
  const T& value() const& { return assert(ok()), *std::get_if<T>(&state_); }
  T&& value() && { return assert(ok()), std::move(*std::get_if<T>(&state_)); }
  // Only when not ok().
  const ReadFailure& failure() const { return assert(!ok()), *std::get_if<ReadFailure>(&state_); }

 private:
  std::variant<T, ReadFailure> state_;
};

}  // namespace mote::data
