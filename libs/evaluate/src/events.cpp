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
  if (outputs.empty() || outputs.size() % labels.size() != 0) {
    refuse(fmt::format("whole rows of {} outputs, got {} outputs: one row a step", labels.size(), outputs.size()));
  }
}

std::vector<Detection> detect(const ScoreStream& stream, const DetectionOptions& options) {
  stream.validate();
  const std::size_t classes = stream.labels.size();
  const BakedPostprocess baked(static_cast<std::int64_t>(classes), options, stream.step_ms, stream.quant);
  const std::size_t bytes = mote_postprocess_bytes(&baked.settings());
  std::vector<std::int32_t> memory(bytes / sizeof(std::int32_t) + 1);
  mote_postprocess post{};
  const mote_status status = mote_postprocess_init(&post, &baked.settings(), memory.data(), bytes);
  if (status != MOTE_OK)
    refuse(fmt::format("post-processing that the runtime takes, got: {}", mote_status_text(status)));
  std::vector<Detection> detections;
  for (std::size_t step = 0; step < stream.steps(); ++step) {
    const std::int32_t label = mote_postprocess_push(&post, stream.outputs.data() + step * classes);
    if (label == MOTE_NO_DETECTION) continue;
    const double raw = static_cast<double>(mote_postprocess_sum(&post, label)) / mote_postprocess_held(&post);
    const double score = static_cast<double>(stream.quant.scale) * (raw - stream.quant.zero_point);
    detections.push_back({label, stream.first_ms + static_cast<double>(step) * stream.step_ms, score});
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
    options.thresholds.clear();
    const auto detections = detect(stream, options);
    const double duration_ms = static_cast<double>(stream.steps()) * stream.step_ms;
    points.push_back({threshold, score_events(events, detections, duration_ms, matching)});
  }
  return points;
}

}  // namespace mote::evaluate
