#include "mote/evaluate/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mote/base/error.h"
#include "mote/evaluate/roc.h"

namespace mote::evaluate {

namespace {

std::optional<double> ratio(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

double loss_of(const Predictions& predictions, std::size_t clip, double floor) {
  const double score = predictions.scores_of(clip)[static_cast<std::size_t>(predictions.truth[clip])];
  return -std::log(std::max(score, floor));
}

double mean_loss(const Predictions& predictions, double floor) {
  double sum = 0;
  for (std::size_t clip = 0; clip < predictions.clip_count(); ++clip) sum += loss_of(predictions, clip, floor);
  return sum / static_cast<double>(predictions.clip_count());
}

// How many classes come before the label when classes are sorted by falling score, equal ones by index.
std::int64_t rank_of_label(const Predictions& predictions, std::size_t clip) {
  const auto row = predictions.scores_of(clip);
  const auto label = static_cast<std::size_t>(predictions.truth[clip]);
  std::int64_t rank = 0;
  for (std::size_t other = 0; other < row.size(); ++other) {
    if (row[other] > row[label] || (row[other] == row[label] && other < label)) ++rank;
  }
  return rank;
}

std::vector<TopK> top_k_accuracies(const Predictions& predictions, const std::vector<int>& wanted) {
  std::vector<std::int64_t> of_rank(predictions.class_count(), 0);
  for (std::size_t clip = 0; clip < predictions.clip_count(); ++clip) {
    ++of_rank[static_cast<std::size_t>(rank_of_label(predictions, clip))];
  }
  std::vector<TopK> result;
  for (const int k : wanted) {
    if (static_cast<std::size_t>(k) > predictions.class_count()) continue;
    const auto within = std::accumulate(of_rank.begin(), of_rank.begin() + k, std::int64_t{0});
    result.push_back({k, static_cast<double>(within) / static_cast<double>(predictions.clip_count())});
  }
  return result;
}

ClassMetrics class_metrics(const Predictions& predictions, const std::vector<std::vector<std::int64_t>>& confusion,
                           std::size_t label) {
  ClassMetrics result;
  result.name = predictions.labels[label];
  result.correct = confusion[label][label];
  result.support = std::accumulate(confusion[label].begin(), confusion[label].end(), std::int64_t{0});
  for (const auto& row : confusion) result.predicted += row[label];
  result.precision = ratio(result.correct, result.predicted);
  result.recall = ratio(result.correct, result.support);
  result.f1 = ratio(2 * result.correct, result.support + result.predicted);
  result.auc = roc_one_vs_rest(predictions, static_cast<int>(label)).auc;
  return result;
}

// Over the classes that have clips; at least one has, as there is a clip.
void fill_macro_averages(Metrics& metrics) {
  double classes = 0;
  for (const auto& each : metrics.classes) {
    if (each.support == 0) continue;
    classes += 1;
    metrics.balanced_accuracy += each.recall.value_or(0);
    metrics.macro_f1 += each.f1.value_or(0);
  }
  metrics.balanced_accuracy /= classes;
  metrics.macro_f1 /= classes;
}

}  // namespace

void MetricOptions::validate() const {
  const auto refuse = [](const std::string& what) { throw Error(ErrorCode::kInvalid, "[evaluate] wanted " + what); };
  if (!(confidence > 0 && confidence < 1)) {
    refuse(fmt::format("a confidence inside (0, 1), got {}: 0.95 is usual", confidence));
  }
  if (calibration_bins < 1) {
    refuse(fmt::format("at least one calibration bin, got {}: 15 is usual", calibration_bins));
  }
  if (!(probability_floor > 0 && probability_floor < 1)) {
    refuse(fmt::format("a probability floor inside (0, 1), got {}: 1e-7 is usual", probability_floor));
  }
  for (const int k : top_k) {
    if (k < 1) refuse(fmt::format("every k of top_k to be at least 1, got {}: 1 is plain accuracy", k));
  }
}

std::vector<std::vector<std::int64_t>> confusion_matrix(const Predictions& predictions) {
  const std::size_t classes = predictions.class_count();
  std::vector<std::vector<std::int64_t>> confusion(classes, std::vector<std::int64_t>(classes, 0));
  for (std::size_t clip = 0; clip < predictions.clip_count(); ++clip) {
    ++confusion[static_cast<std::size_t>(predictions.truth[clip])]
               [static_cast<std::size_t>(predictions.predicted(clip))];
  }
  return confusion;
}

Metrics measure(const Predictions& predictions, const MetricOptions& options) {
  options.validate();
  predictions.validate();
  Metrics metrics;
  metrics.clips = static_cast<std::int64_t>(predictions.clip_count());
  metrics.confusion = confusion_matrix(predictions);
  for (std::size_t label = 0; label < predictions.class_count(); ++label) {
    metrics.classes.push_back(class_metrics(predictions, metrics.confusion, label));
    metrics.correct += metrics.classes.back().correct;
  }
  metrics.accuracy = static_cast<double>(metrics.correct) / static_cast<double>(metrics.clips);
  metrics.confidence = options.confidence;
  metrics.accuracy_interval = wilson_interval(metrics.correct, metrics.clips, options.confidence);
  fill_macro_averages(metrics);
  metrics.log_loss = mean_loss(predictions, options.probability_floor);
  metrics.calibration = calibration_bins(predictions, options.calibration_bins);
  metrics.expected_calibration_error = expected_calibration_error(metrics.calibration);
  metrics.top_k = top_k_accuracies(predictions, options.top_k);
  return metrics;
}

std::vector<WorstClip> worst_clips(const Predictions& predictions, std::size_t count, const MetricOptions& options) {
  options.validate();
  predictions.validate();
  std::vector<WorstClip> all;
  all.reserve(predictions.clip_count());
  for (std::size_t clip = 0; clip < predictions.clip_count(); ++clip) {
    const auto row = predictions.scores_of(clip);
    const auto label = static_cast<std::size_t>(predictions.truth[clip]);
    const auto prediction = static_cast<std::size_t>(predictions.predicted(clip));
    all.push_back({predictions.clips[clip], predictions.labels[label], predictions.labels[prediction], row[label],
                   row[prediction], loss_of(predictions, clip, options.probability_floor)});
  }
  std::stable_sort(all.begin(), all.end(), [](const WorstClip& a, const WorstClip& b) {
    if (a.loss != b.loss) return a.loss > b.loss;
    return a.prediction_score > b.prediction_score;
  });
  all.resize(std::min(count, all.size()));
  return all;
}

}  // namespace mote::evaluate
