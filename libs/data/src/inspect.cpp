#include "mote/data/inspect.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "mote/base/hash.h"

namespace mote::data {
namespace {

constexpr double kDigitalSilenceDbfs = -300;

bool has_run_above(std::span<const float> channel, double level, int run_samples) {
  int run = 0;
  for (const float value : channel) {
    run = std::abs(value) >= level ? run + 1 : 0;
    if (run >= run_samples) return true;
  }
  return false;
}

double swing(std::span<const float> channel) {
  if (channel.empty()) return 0;
  const auto [low, high] = std::ranges::minmax(channel);
  return (static_cast<double>(high) - static_cast<double>(low)) / 2;
}

std::string content_hash(const Recording& recording) {
  Hasher hasher;
  hasher.add(std::bit_cast<std::uint64_t>(recording.rate_hz)).add(static_cast<std::uint64_t>(recording.channels));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(recording.values.data());
  hasher.add(std::span(bytes, recording.values.size() * sizeof(float)));
  return hasher.finish();
}

}  // namespace

Inspection inspect(const Recording& recording, const InspectSettings& settings) {
  Inspection result;
  result.duration_s = recording.duration_s();
  result.content_hash = content_hash(recording);

  double squares = 0;
  for (const float value : recording.values) {
    squares += static_cast<double>(value) * static_cast<double>(value);
    result.peak = std::max(result.peak, std::abs(static_cast<double>(value)));
  }
  const double scale = recording.full_scale > 0 ? recording.full_scale : 1.0;
  const double rms = recording.values.empty() ? 0 : std::sqrt(squares / static_cast<double>(recording.values.size()));
  result.rms_dbfs = rms > 0 ? std::max(kDigitalSilenceDbfs, 20 * std::log10(rms / scale)) : kDigitalSilenceDbfs;

  const double clip_level = settings.clip_level * recording.full_scale;
  const double silence = recording.full_scale * std::pow(10.0, settings.silence_dbfs / 20);
  double greatest_swing = 0;
  for (int c = 0; c < recording.channels; ++c) {
    const auto channel = recording.channel(c);
    greatest_swing = std::max(greatest_swing, swing(channel));
    const bool run = clip_level > 0 && has_run_above(channel, clip_level, settings.clip_run_samples);
    result.clipped = result.clipped || run;
  }
  result.silent = greatest_swing <= silence;
  return result;
}

}  // namespace mote::data
