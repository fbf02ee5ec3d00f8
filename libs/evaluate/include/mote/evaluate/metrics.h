// How good a classifier is on a set of labelled clips: the numbers of `mote eval` and of the report.
//
// A rate whose denominator is zero is absent, never 0 or 1: the recall of a class without clips, the precision of one
// that was never predicted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mote/evaluate/calibration.h"
#include "mote/evaluate/interval.h"
#include "mote/evaluate/predictions.h"

namespace mote::evaluate {

struct MetricOptions {
  double confidence = 0.95;         // of the Wilson interval, inside (0, 1)
  int calibration_bins = 15;        // equal width, at least 1
  std::vector<int> top_k = {1, 3};  // each at least 1; a k above the number of classes is left out
  double probability_floor = 1e-7;  // log loss takes max(score, floor), inside (0, 1): an int8 score can be exactly 0

  void validate() const;  // Errors: kInvalid
};

struct ClassMetrics {
  std::string name;
  std::int64_t support = 0;         // clips of this class
  std::int64_t predicted = 0;       // clips that were taken for this class
  std::int64_t correct = 0;         // clips of this class that were taken for it
  std::optional<double> precision;  // correct / predicted
  std::optional<double> recall;     // correct / support
  std::optional<double> f1;         // 2·correct / (support + predicted)
  std::optional<double> auc;        // one against the rest, see roc.h
};

struct TopK {
  int k = 1;
  double accuracy = 0;  // share of clips whose label is among the k highest scores (ties: lower index first)
};

struct Metrics {
  std::int64_t clips = 0;
  std::int64_t correct = 0;
  double accuracy = 0;           // correct / clips
  double confidence = 0;         // of accuracy_interval, as asked
  Interval accuracy_interval;    // Wilson
  double balanced_accuracy = 0;  // mean recall over the classes that have clips (Brodersen et al. 2010)
  double macro_f1 = 0;           // mean F1 over the classes that have clips
  double log_loss = 0;           // mean −ln(max(score of the label, floor)), nats
  double expected_calibration_error = 0;
  std::vector<CalibrationBin> calibration;
  std::vector<TopK> top_k;
  std::vector<ClassMetrics> classes;                 // C, in label order
  std::vector<std::vector<std::int64_t>> confusion;  // C × C: [label][prediction]
};

// All metrics of one model. Sums run in clip order, so that the result does not depend on anything but the input.
// Errors: kInvalid as Predictions::validate and MetricOptions::validate.
Metrics measure(const Predictions& predictions, const MetricOptions& options = {});

// C × C counts, [label][prediction]. `predictions` must be valid.
std::vector<std::vector<std::int64_t>> confusion_matrix(const Predictions& predictions);

struct WorstClip {
  std::string clip;
  std::string label;
  std::string prediction;
  double label_score = 0;
  double prediction_score = 0;
  double loss = 0;  // −ln(max(label_score, floor)), nats
};

// The at most `count` clips of highest loss, worst first; among equal losses the more confident mistake, then input
// order. When few clips are wrong, the list goes on with those nearest to being wrong.
// Errors: kInvalid as `measure`.
std::vector<WorstClip> worst_clips(const Predictions& predictions, std::size_t count,
                                   const MetricOptions& options = {});

}  // namespace mote::evaluate
