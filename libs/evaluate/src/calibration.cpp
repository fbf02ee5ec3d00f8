#include "mote/evaluate/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"

namespace mote::evaluate {

std::vector<CalibrationBin> calibration_bins(const Predictions& predictions, int bins) {
  if (bins < 1) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[evaluate] wanted at least one calibration bin, got {}: 15 is usual", bins));
  }
  std::vector<CalibrationBin> result(static_cast<std::size_t>(bins));
  for (int bin = 0; bin < bins; ++bin) {
    result[static_cast<std::size_t>(bin)].low = static_cast<double>(bin) / bins;
    result[static_cast<std::size_t>(bin)].high = static_cast<double>(bin + 1) / bins;
  }
  for (std::size_t clip = 0; clip < predictions.clip_count(); ++clip) {
    const int predicted = predictions.predicted(clip);
    const double confidence = predictions.scores_of(clip)[static_cast<std::size_t>(predicted)];
    auto& bin = result[static_cast<std::size_t>(std::min(bins - 1, static_cast<int>(confidence * bins)))];
    ++bin.clips;
    bin.mean_confidence += confidence;
    bin.accuracy += predicted == predictions.truth[clip] ? 1 : 0;
  }
  for (auto& bin : result) {
    if (bin.clips == 0) continue;
    bin.mean_confidence /= static_cast<double>(bin.clips);
    bin.accuracy /= static_cast<double>(bin.clips);
  }
  return result;
}

double expected_calibration_error(std::span<const CalibrationBin> bins) {
  double weighted = 0;
  double clips = 0;
  for (const auto& bin : bins) {
    weighted += static_cast<double>(bin.clips) * std::abs(bin.accuracy - bin.mean_confidence);
    clips += static_cast<double>(bin.clips);
  }
  return clips > 0 ? weighted / clips : 0;
}

}  // namespace mote::evaluate
