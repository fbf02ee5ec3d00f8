#include "mote/evaluate/roc.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "mote/base/error.h"

namespace mote::evaluate {

namespace {

// Clips by descending score of the class; equal scores in input order, so that the result is one and the same.
std::vector<std::size_t> by_falling_score(const Predictions& predictions, std::size_t label) {
  std::vector<std::size_t> order(predictions.clip_count());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return predictions.scores_of(a)[label] > predictions.scores_of(b)[label];
  });
  return order;
}

double area_by_trapezoids(const std::vector<RocPoint>& points) {
  double area = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double width = points[i].false_positive_rate - points[i - 1].false_positive_rate;
    area += width * (points[i].true_positive_rate + points[i - 1].true_positive_rate) / 2;
  }
  return area;
}

}  // namespace

RocCurve roc_one_vs_rest(const Predictions& predictions, int label) {
  if (label < 0 || static_cast<std::size_t>(label) >= predictions.class_count()) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[evaluate] wanted a class in [0, {}), got {}: name a class of the model",
                            predictions.class_count(), label));
  }
  const auto positives = static_cast<double>(std::count(predictions.truth.begin(), predictions.truth.end(), label));
  const double negatives = static_cast<double>(predictions.clip_count()) - positives;
  if (positives == 0 || negatives == 0) return {};

  const auto column = static_cast<std::size_t>(label);
  const auto order = by_falling_score(predictions, column);
  RocCurve curve;
  curve.points.push_back({std::numeric_limits<double>::infinity(), 0, 0});
  double true_positives = 0;
  double false_positives = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    (predictions.truth[order[i]] == label ? true_positives : false_positives) += 1;
    const float score = predictions.scores_of(order[i])[column];
    const bool more_of_same_score = i + 1 < order.size() && predictions.scores_of(order[i + 1])[column] == score;
    if (!more_of_same_score) curve.points.push_back({score, false_positives / negatives, true_positives / positives});
  }
  curve.auc = area_by_trapezoids(curve.points);
  return curve;
}

}  // namespace mote::evaluate
