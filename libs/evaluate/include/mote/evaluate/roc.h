// Receiver operating characteristic of one class against the rest.
#pragma once

#include <optional>
#include <vector>

#include "mote/evaluate/predictions.h"

namespace mote::evaluate {

// "The class is said to be present when its score >= threshold."
struct RocPoint {
  double threshold = 0;
  double false_positive_rate = 0;
  double true_positive_rate = 0;
};

struct RocCurve {
  // From (0, 0) to (1, 1), thresholds descending, one point for each distinct score; the first point's threshold lies
  // above every score. Empty when the class has no clips or all clips.
  std::vector<RocPoint> points;
  // Area under the curve: the probability that a clip of the class scores above a clip of another, equal scores
  // counting half (Hanley and McNeil 1982; trapezoids as in Fawcett 2006, algorithm 3). Nothing when the curve is
  // empty.
  std::optional<double> auc;
};

// `predictions` must be valid. Errors: kInvalid when `label` is outside [0, C).
RocCurve roc_one_vs_rest(const Predictions& predictions, int label);

}  // namespace mote::evaluate
