// From a stream of scores to detections, and how often those are wrong: false accepts an hour, missed words.
//
// Clips tell how well a model tells words apart; only a stream tells how often a device will wake for nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mote/evaluate/postprocess.h"

namespace mote::evaluate {

// Raw int8 outputs of a model of C classes at equal steps: row t was known at first_ms + t·step_ms.
struct ScoreStream {
  std::vector<std::string> labels;  // C class names
  double first_ms = 0;
  double step_ms = 20;               // > 0
  std::vector<std::int8_t> outputs;  // T × C, one row a step
  OutputQuant quant;                 // what an output means as a score; a softmax's by default

  std::size_t steps() const { return labels.empty() ? 0 : outputs.size() / labels.size(); }
  // Errors: kInvalid when there is no class or no step, the outputs are not whole rows, or step_ms or the scale is not
  // > 0.
  void validate() const;
};

struct Detection {
  int label = 0;
  double time_ms = 0;
  double score = 0;  // averaged
};

// One pass in time through the device's post-processing (mote/runtime/postprocess.h): at each step the greatest
// averaged score among the classes that reach their threshold fires, when the last detection is at least refractory_ms
// old. Errors: kInvalid (stream, options: see BakedPostprocess).
std::vector<Detection> detect(const ScoreStream& stream, const DetectionOptions& options);

// A word that was really said, in [start_ms, end_ms).
struct TrueEvent {
  int label = 0;
  double start_ms = 0;
  double end_ms = 0;
};

struct MatchOptions {
  double tolerance_ms = 500;  // a detection may come this long before the start or after the end; >= 0
};

struct EventMetrics {
  std::int64_t events = 0;
  std::int64_t hits = 0;
  std::int64_t misses = 0;         // events − hits
  std::int64_t false_accepts = 0;  // detections that match no event
  std::int64_t repeats = 0;        // further detections of an event that was hit already: neither hit nor false
  double duration_hours = 0;
  double false_accepts_per_hour = 0;
  double miss_rate = 0;  // misses / events; 0 when there are no events
};

// Matches detections to events of the same label, both in time order, each detection to the earliest open event whose
// widened span holds it. Errors: kInvalid when duration_ms is not > 0, tolerance_ms is negative, a list is not in time
// order or an event ends before it starts.
EventMetrics score_events(std::span<const TrueEvent> events, std::span<const Detection> detections, double duration_ms,
                          const MatchOptions& options = {});

// Detection at each threshold, in the order given: the trade-off between misses and false accepts.
struct OperatingPoint {
  double threshold = 0;
  EventMetrics metrics;
};
// The duration is steps · step_ms. Errors: as `detect` and `score_events`.
std::vector<OperatingPoint> sweep_thresholds(const ScoreStream& stream, std::span<const TrueEvent> events,
                                             std::span<const double> thresholds, const DetectionOptions& detection,
                                             const MatchOptions& matching = {});

}  // namespace mote::evaluate
