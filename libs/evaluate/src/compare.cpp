#include "mote/evaluate/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mote/base/error.h"
#include "mote/base/rng.h"

namespace mote::evaluate {

namespace {

void require_same_clips(const Predictions& reference, const Predictions& candidate) {
  if (reference.labels != candidate.labels) {
    throw Error(ErrorCode::kInvalid,
                "[evaluate] wanted two models with the same class names in the same order, got "
                "different ones: compare models of one recipe");
  }
  if (reference.clip_count() != candidate.clip_count()) {
    throw Error(ErrorCode::kInvalid, fmt::format("[evaluate] wanted both models to see the same clips, got {} and {}: "
                                                 "run both on one list",
                                                 reference.clip_count(), candidate.clip_count()));
  }
  for (std::size_t clip = 0; clip < reference.clip_count(); ++clip) {
    if (reference.clips[clip] == candidate.clips[clip] && reference.truth[clip] == candidate.truth[clip]) continue;
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("[evaluate] wanted clip {} to be the same for both models, got '{}' and "
                    "'{}' (labels {} and {}): run both on one list",
                    clip, reference.clips[clip], candidate.clips[clip], reference.truth[clip], candidate.truth[clip]));
  }
}

// Percentile by linear interpolation between order statistics; `sorted` is not empty.
double percentile(const std::vector<std::int64_t>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const auto above = std::min(below + 1, sorted.size() - 1);
  const double part = at - static_cast<double>(below);
  return static_cast<double>(sorted[below]) * (1 - part) + static_cast<double>(sorted[above]) * part;
}

// A clip adds -1 (only the reference is right), +1 (only the candidate) or 0, so a resample of the clips is n draws of
// one of three kinds.
Interval bootstrap_difference(const Comparison& counts, const CompareOptions& options) {
  const auto clips = static_cast<std::uint64_t>(counts.clips);
  const auto losses = static_cast<std::uint64_t>(counts.only_reference_correct);
  const auto changes = losses + static_cast<std::uint64_t>(counts.only_candidate_correct);
  std::vector<std::int64_t> sums;
  sums.reserve(static_cast<std::size_t>(options.resamples));
  for (int resample = 0; resample < options.resamples; ++resample) {
    Rng rng = Rng::derive(options.seed, "evaluate.bootstrap", {static_cast<std::uint64_t>(resample)});
    std::int64_t sum = 0;
    for (std::uint64_t draw = 0; draw < clips; ++draw) {
      const std::uint64_t clip = rng.below(clips);
      if (clip < changes) sum += clip < losses ? -1 : 1;
    }
    sums.push_back(sum);
  }
  std::sort(sums.begin(), sums.end());
  const double tail = (1 - options.confidence) / 2;
  const double n = static_cast<double>(clips);
  return {percentile(sums, tail) / n, percentile(sums, 1 - tail) / n};
}

double largest_difference(const Predictions& reference, const Predictions& candidate) {
  double largest = 0;
  for (std::size_t i = 0; i < reference.scores.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(reference.scores[i]) - candidate.scores[i]));
  }
  return largest;
}

Disagreement describe(const Predictions& reference, const Predictions& candidate, std::size_t clip) {
  const auto of_reference = static_cast<std::size_t>(reference.predicted(clip));
  const auto of_candidate = static_cast<std::size_t>(candidate.predicted(clip));
  return {reference.clips[clip],
          reference.labels[static_cast<std::size_t>(reference.truth[clip])],
          reference.labels[of_reference],
          reference.labels[of_candidate],
          reference.scores_of(clip)[of_reference],
          candidate.scores_of(clip)[of_candidate]};
}

}  // namespace

void CompareOptions::validate() const {
  if (!(confidence > 0 && confidence < 1)) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[evaluate] wanted a confidence inside (0, 1), got {}: 0.95 is usual", confidence));
  }
  if (resamples < 100) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[evaluate] wanted at least 100 bootstrap resamples, got {}: 2000 is usual", resamples));
  }
}

double mcnemar_exact_p(std::int64_t b, std::int64_t c) {
  // Terms of the binomial by ln C(n, k) − n·ln 2, each from the one before: no factorial overflows.
  const double n = static_cast<double>(b + c);
  double log_term = -n * std::numbers::ln2;
  double tail = 0;
  for (std::int64_t k = 0; k <= std::min(b, c); ++k) {
    tail += std::exp(log_term);
    const double next = static_cast<double>(k) + 1;
    log_term += std::log((n - static_cast<double>(k)) / next);
  }
  return std::min(1.0, 2 * tail);
}

Comparison compare(const Predictions& reference, const Predictions& candidate, const CompareOptions& options) {
  options.validate();
  reference.validate();
  candidate.validate();
  require_same_clips(reference, candidate);
  Comparison result;
  result.clips = static_cast<std::int64_t>(reference.clip_count());
  for (std::size_t clip = 0; clip < reference.clip_count(); ++clip) {
    const int of_reference = reference.predicted(clip);
    const int of_candidate = candidate.predicted(clip);
    if (of_reference == of_candidate) continue;
    ++result.disagreements;
    if (of_reference == reference.truth[clip]) ++result.only_reference_correct;
    if (of_candidate == reference.truth[clip]) ++result.only_candidate_correct;
    if (result.listed.size() < options.most_listed) result.listed.push_back(describe(reference, candidate, clip));
  }
  const auto gained = result.only_candidate_correct - result.only_reference_correct;
  result.accuracy_difference = static_cast<double>(gained) / static_cast<double>(result.clips);
  result.confidence = options.confidence;
  result.difference_interval = bootstrap_difference(result, options);
  result.mcnemar_p = mcnemar_exact_p(result.only_reference_correct, result.only_candidate_correct);
  result.largest_score_difference = largest_difference(reference, candidate);
  return result;
}

}  // namespace mote::evaluate
