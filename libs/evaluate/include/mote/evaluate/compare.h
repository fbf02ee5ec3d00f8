// Two models on the same clips, clip by clip: what quantization (or pruning, or a port) changed.
//
// Pairing is what makes the answer sharp: clips on which both agree say nothing about the difference and cancel.
// Not for models that saw different clips.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mote/evaluate/interval.h"
#include "mote/evaluate/predictions.h"

namespace mote::evaluate {

struct CompareOptions {
  std::uint64_t seed = 1;         // of the bootstrap
  int resamples = 2000;           // at least 100
  double confidence = 0.95;       // inside (0, 1)
  std::size_t most_listed = 200;  // disagreements that are listed; all are counted

  void validate() const;  // Errors: kInvalid
};

struct Disagreement {
  std::string clip;
  std::string label;
  std::string reference_prediction;
  std::string candidate_prediction;
  double reference_score = 0;  // of its own prediction
  double candidate_score = 0;  // of its own prediction
};

struct Comparison {
  std::int64_t clips = 0;
  std::int64_t disagreements = 0;           // clips with different predictions
  std::int64_t only_reference_correct = 0;  // b
  std::int64_t only_candidate_correct = 0;  // c
  double accuracy_difference = 0;           // candidate − reference = (c − b) / clips
  double confidence = 0;                    // of difference_interval, as asked
  Interval difference_interval;             // paired bootstrap over clips, percentiles (Efron and Tibshirani 1993)
  double mcnemar_p = 1;                     // exact two-sided McNemar test: is b = c plausible?
  double largest_score_difference = 0;      // over all clips and classes
  std::vector<Disagreement> listed;         // in clip order, at most `most_listed`
};

// Compares `candidate` (INT8) with `reference` (FP32). Same input and seed give the same bytes.
// Errors: kInvalid when either is invalid, or when labels, clips or truth differ (the first difference is named).
Comparison compare(const Predictions& reference, const Predictions& candidate, const CompareOptions& options = {});

// min(1, 2·P(X <= min(b, c))) for X ~ Binomial(b + c, 1/2) (McNemar 1947, exact form); 1 when b = c = 0.
// `b` and `c` must not be negative.
double mcnemar_exact_p(std::int64_t b, std::int64_t c);

}  // namespace mote::evaluate
