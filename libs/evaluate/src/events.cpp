#include "mote/evaluate/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"

namespace mote::evaluate {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::kInvalid, "[evaluate] wanted " + what);
}

void require_valid(const DetectionOptions& options, std::size_t classes) {
  if (std::isnan(options.threshold)) refuse("a threshold, got NaN: scores lie in [0, 1]");
  if (!(options.refractory_ms >= 0)) {
    refuse(fmt::format("refractory_ms >= 0, got {}: 0 switches it off", options.refractory_ms));
  }
  std::vector<int> sorted = options.classes;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.empty()) refuse("at least one class that may fire, got none: name the words");
  if (sorted.front() < 0 || static_cast<std::size_t>(sorted.back()) >= classes) {
    refuse(fmt::format("classes in [0, {}), got {} to {}: name classes of the model", classes, sorted.front(),
                       sorted.back()));
  }
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) refuse(fmt::format("different classes, got {} twice: remove one", *twice));
}

void require_time_order(std::span<const TrueEvent> events, std::span<const Detection> detections) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!(events[i].start_ms <= events[i].end_ms)) {
      refuse(fmt::format("event {} to end after its start at {} ms, got {} ms: correct the labels", i,
                         events[i].start_ms, events[i].end_ms));
    }
    if (i > 0 && !(events[i - 1].start_ms <= events[i].start_ms)) {
      refuse(fmt::format("events in time order, got event {} before its predecessor: sort by start_ms", i));
    }
  }
  for (std::size_t i = 1; i < detections.size(); ++i) {
    if (detections[i - 1].time_ms <= detections[i].time_ms) continue;
    refuse(fmt::format("detections in time order, got detection {} before its predecessor: sort by time_ms", i));
  }
}

// The highest of the classes that may fire; the first named among equals.
Detection best_at(const ScoreStream& stream, const DetectionOptions& options, std::size_t step) {
  const auto row = std::span(stream.scores).subspan(step * stream.labels.size(), stream.labels.size());
  Detection best{-1, stream.first_ms + static_cast<double>(step) * stream.step_ms, -1};
  for (const int label : options.classes) {
    const double score = row[static_cast<std::size_t>(label)];
    if (best.label < 0 || score > best.score) best = {label, best.time_ms, score};
  }
  return best;
}

enum class Match { kHit, kRepeat, kNone };

// Marks the earliest event that is still open; without one, an event that was hit before makes the detection a repeat.
Match match(const Detection& detection, std::span<const TrueEvent> events, double tolerance_ms,
            std::vector<bool>& hit) {
  Match result = Match::kNone;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].start_ms - tolerance_ms > detection.time_ms) break;
    if (events[i].label != detection.label || detection.time_ms >= events[i].end_ms + tolerance_ms) continue;
    if (hit[i]) {
      result = Match::kRepeat;
      continue;
    }
    hit[i] = true;
    return Match::kHit;
  }
  return result;
}

}  // namespace

void ScoreStream::validate() const {
  if (labels.empty()) refuse("at least one class in the stream, got none: name the labels");
  if (!(step_ms > 0)) refuse(fmt::format("step_ms > 0, got {}: it is the time between two rows of scores", step_ms));
  if (scores.empty() || scores.size() % labels.size() != 0) {
    refuse(fmt::format("whole rows of {} scores, got {} scores: one row a step", labels.size(), scores.size()));
  }
  const auto broken = std::find_if(scores.begin(), scores.end(), [](float score) { return std::isnan(score); });
  if (broken == scores.end()) return;
  const auto step = static_cast<std::size_t>(broken - scores.begin()) / labels.size();
  refuse(fmt::format("scores, got NaN at step {}: the model diverged", step));
}

std::vector<Detection> detect(const ScoreStream& stream, const DetectionOptions& options) {
  stream.validate();
  require_valid(options, stream.labels.size());
  std::vector<Detection> detections;
  for (std::size_t step = 0; step < stream.steps(); ++step) {
    const Detection best = best_at(stream, options, step);
    if (best.score < options.threshold) continue;
    if (!detections.empty() && best.time_ms - detections.back().time_ms < options.refractory_ms) continue;
    detections.push_back(best);
  }
  return detections;
}

EventMetrics score_events(std::span<const TrueEvent> events, std::span<const Detection> detections, double duration_ms,
                          const MatchOptions& options) {
  if (!(duration_ms > 0)) refuse(fmt::format("duration_ms > 0, got {}: it divides the false accepts", duration_ms));
  if (!(options.tolerance_ms >= 0))
    refuse(fmt::format("tolerance_ms >= 0, got {}: 500 is usual", options.tolerance_ms));
  require_time_order(events, detections);
  EventMetrics result;
  result.events = static_cast<std::int64_t>(events.size());
  std::vector<bool> hit(events.size(), false);
  for (const auto& detection : detections) {
    const Match kind = match(detection, events, options.tolerance_ms, hit);
    if (kind == Match::kHit) ++result.hits;
    if (kind == Match::kRepeat) ++result.repeats;
    if (kind == Match::kNone) ++result.false_accepts;
  }
  result.misses = result.events - result.hits;
  result.duration_hours = duration_ms / 3.6e6;
  result.false_accepts_per_hour = static_cast<double>(result.false_accepts) / result.duration_hours;
  if (result.events > 0) result.miss_rate = static_cast<double>(result.misses) / static_cast<double>(result.events);
  return result;
}

std::vector<OperatingPoint> sweep_thresholds(const ScoreStream& stream, std::span<const TrueEvent> events,
                                             std::span<const double> thresholds, const DetectionOptions& detection,
                                             const MatchOptions& matching) {
  std::vector<OperatingPoint> points;
  for (const double threshold : thresholds) {
    DetectionOptions options = detection;
    options.threshold = threshold;
    const auto detections = detect(stream, options);
    const double duration_ms = static_cast<double>(stream.steps()) * stream.step_ms;
    points.push_back({threshold, score_events(events, detections, duration_ms, matching)});
  }
  return points;
}

}  // namespace mote::evaluate
