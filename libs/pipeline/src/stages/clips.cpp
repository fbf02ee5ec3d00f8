#include "stages/clips.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"

namespace mote::pipeline {

data::Recording read_clip(const data::Entry& entry, const dsp::FeatureSettings& features) {
  data::Result<data::Recording> result = entry.read();
  if (!result) throw Error(ErrorCode::kCorrupt, result.failure().message());
  data::Recording recording = std::move(result).value();
  if (recording.channels != features.channels) {
    throw Error(ErrorCode::kInvalid, fmt::format("clip {}: wanted {} channels (features.channels), got {}", entry.id,
                                                 features.channels, recording.channels));
  }
  if (std::abs(recording.rate_hz - static_cast<double>(features.sample_rate_hz)) > 1e-6) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("clip {}: wanted {} samples a second (features.sample_rate_hz), got {}", entry.id,
                            features.sample_rate_hz, recording.rate_hz));
  }
  return recording;
}

std::vector<float> window_of(data::Recording recording, std::int64_t samples, data::Fit fit) {
  if (recording.samples == samples) return std::move(recording.values);
  return std::move(data::fit_length(std::move(recording), samples, fit).values);
}

std::vector<std::int64_t> spread_evenly(std::int64_t all, std::int64_t most) {
  const std::int64_t taken = std::min(all, most);
  std::vector<std::int64_t> positions;
  for (std::int64_t i = 0; i < taken; ++i) positions.push_back(i * all / taken);
  return positions;
}

}  // namespace mote::pipeline
