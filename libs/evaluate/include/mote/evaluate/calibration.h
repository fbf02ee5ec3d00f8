// Is a score of 0.9 right nine times out of ten? Reliability bins and their summary, the expected calibration error.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/evaluate/predictions.h"

namespace mote::evaluate {

// Clips whose highest score lies in [low, high); the last bin holds 1.0 as well.
struct CalibrationBin {
  double low = 0;
  double high = 0;
  std::int64_t clips = 0;
  double mean_confidence = 0;  // of the highest score; 0 in an empty bin
  double accuracy = 0;         // share of correct clips; 0 in an empty bin
};

// `bins` bins of equal width over [0, 1]. `predictions` must be valid. Errors: kInvalid when bins < 1.
std::vector<CalibrationBin> calibration_bins(const Predictions& predictions, int bins);

// Σ (clips in bin / all clips) · |accuracy − mean confidence| (Guo et al. 2017, "On Calibration of Modern Neural
// Networks", equation 3). In [0, 1]; 0 when every bin is empty.
double expected_calibration_error(std::span<const CalibrationBin> bins);

}  // namespace mote::evaluate
