#include "mote/evaluate/events.h"

#include <cmath>

#include "sample.h"

namespace mote::evaluate {
namespace {

using test::expect_invalid;

// Ten steps of 100 ms: "yes" at steps 2, 3 and 8, "no" at step 4, noise elsewhere.
ScoreStream short_stream() {
  ScoreStream stream{{"noise", "yes", "no"}, 50, 100, {}, {}};
  for (int step = 0; step < 10; ++step) {
    const bool yes = step == 2 || step == 3 || step == 8;
    const bool no = step == 4;
    for (const float score : {yes || no ? 0.1F : 0.9F, yes ? 0.8F : 0.05F, no ? 0.7F : 0.05F}) {
      stream.outputs.push_back(static_cast<std::int8_t>(std::lround(score * 256.0F) - 128));
    }
  }
  return stream;
}

DetectionOptions words() {
  return {{1, 2}, 0.5, 0, 1, {}};
}

TEST(Detect, FiresAtEachStepThatReachesTheThreshold) {
  const auto detections = detect(short_stream(), words());
  ASSERT_EQ(detections.size(), 4U);
  EXPECT_EQ(detections[0].label, 1);
  EXPECT_EQ(detections[0].time_ms, 250);
  EXPECT_NEAR(detections[0].score, 0.8, 0.5 / 256);
  EXPECT_EQ(detections[2].label, 2);
}

TEST(Detect, StaysSilentForTheRefractoryTimeWhateverTheClass) {
  DetectionOptions options = words();
  options.refractory_ms = 300;
  const auto detections = detect(short_stream(), options);
  ASSERT_EQ(detections.size(), 2U);
  EXPECT_EQ(detections[1].time_ms, 850);
}

TEST(Detect, FiresAgainExactlyWhenTheRefractoryTimeIsOver) {
  DetectionOptions options = words();
  options.refractory_ms = 200;
  EXPECT_EQ(detect(short_stream(), options).size(), 3U);
}

TEST(Detect, NeverFiresAClassThatMayNot) {
  DetectionOptions options = words();
  options.classes = {2};
  EXPECT_EQ(detect(short_stream(), options).size(), 1U);
}

TEST(Detect, AveragesSoThatASingleStepDoesNotFire) {
  DetectionOptions options = words();
  options.smoothing = 2;
  const auto detections = detect(short_stream(), options);
  ASSERT_EQ(detections.size(), 1U) << "only steps 2 and 3 agree";
  EXPECT_EQ(detections[0].time_ms, 350);
  EXPECT_NEAR(detections[0].score, 0.8, 0.5 / 256);
}

TEST(Detect, TakesAThresholdForEachClass) {
  DetectionOptions options = words();
  options.thresholds = {0.9, 0.5};
  const auto detections = detect(short_stream(), options);
  ASSERT_EQ(detections.size(), 1U);
  EXPECT_EQ(detections[0].label, 2);
}

TEST(Detect, RefusesBrokenStreams) {
  const auto refused = [](auto change, const char* part) {
    ScoreStream stream = short_stream();
    change(stream);
    expect_invalid([&] { detect(stream, words()); }, part);
  };
  refused([](ScoreStream& s) { s.outputs.pop_back(); }, "whole rows of 3 outputs, got 29");
  refused([](ScoreStream& s) { s.outputs.clear(); }, "whole rows of 3 outputs, got 0");
  refused([](ScoreStream& s) { s.labels.clear(); }, "at least one class in the stream");
  refused([](ScoreStream& s) { s.step_ms = 0; }, "step_ms > 0, got 0");
  refused([](ScoreStream& s) { s.quant.scale = 0; }, "an output scale > 0, got 0");
}

TEST(Detect, RefusesImpossibleOptions) {
  const auto refused = [](auto change, const char* part) {
    DetectionOptions options = words();
    change(options);
    expect_invalid([&] { detect(short_stream(), options); }, part);
  };
  refused([](DetectionOptions& o) { o.classes = {1, 3}; }, "classes in [0, 3), got 1 to 3");
  refused([](DetectionOptions& o) { o.classes = {1, 1}; }, "different classes, got 1 twice");
  refused([](DetectionOptions& o) { o.classes.clear(); }, "at least one class that may fire");
  refused([](DetectionOptions& o) { o.refractory_ms = -1; }, "refractory_ms >= 0, got -1");
  refused([](DetectionOptions& o) { o.threshold = std::nan(""); }, "a threshold, got NaN");
  refused([](DetectionOptions& o) { o.smoothing = 0; }, "smoothing in [1, 4096], got 0");
  refused([](DetectionOptions& o) { o.thresholds = {0.5}; }, "one threshold for each of 2 classes, got 1");
}

TEST(ScoreEvents, SortsDetectionsIntoHitsRepeatsAndFalseAccepts) {
  const std::vector<TrueEvent> events = {{1, 1000, 1500}, {1, 5000, 5500}, {2, 9000, 9500}};
  const std::vector<Detection> detections = {{1, 1700, 0.9}, {1, 1900, 0.9}, {2, 5200, 0.9}, {1, 5300, 0.9}};
  const EventMetrics metrics = score_events(events, detections, 1.8e6);
  EXPECT_EQ(metrics.events, 3);
  EXPECT_EQ(metrics.hits, 2);
  EXPECT_EQ(metrics.misses, 1);
  EXPECT_EQ(metrics.repeats, 1);
  EXPECT_EQ(metrics.false_accepts, 1);  // the wrong word at 5.2 s
  EXPECT_NEAR(metrics.false_accepts_per_hour, 2, 1e-12);
  EXPECT_NEAR(metrics.miss_rate, 1.0 / 3, 1e-12);
}

TEST(ScoreEvents, GivesTwoDetectionsInOverlappingSpansToTwoEvents) {
  const std::vector<TrueEvent> events = {{1, 0, 500}, {1, 600, 1000}};
  const std::vector<Detection> detections = {{1, 550, 0.9}, {1, 560, 0.9}};
  EXPECT_EQ(score_events(events, detections, 1000).hits, 2);
}

TEST(ScoreEvents, CountsOnlyFalseAcceptsInSpeechWithoutTheWord) {
  const std::vector<Detection> detections = {{1, 10, 0.9}};
  const EventMetrics metrics = score_events({}, detections, 3.6e6);
  EXPECT_EQ(metrics.false_accepts, 1);
  EXPECT_EQ(metrics.false_accepts_per_hour, 1);
  EXPECT_EQ(metrics.miss_rate, 0);
}

TEST(ScoreEvents, RefusesImpossibleInput) {
  const std::vector<TrueEvent> backward = {{1, 1000, 900}};
  const std::vector<TrueEvent> unsorted = {{1, 1000, 1100}, {1, 0, 100}};
  const std::vector<Detection> late = {{1, 10, 1}, {1, 5, 1}};
  expect_invalid([&] { score_events({}, {}, 0); }, "duration_ms > 0, got 0");
  expect_invalid([&] { score_events({}, {}, 1, {-1}); }, "tolerance_ms >= 0, got -1");
  expect_invalid([&] { score_events(backward, {}, 1); }, "event 0 to end after its start");
  expect_invalid([&] { score_events(unsorted, {}, 1); }, "got event 1 before its predecessor");
  expect_invalid([&] { score_events({}, late, 1); }, "got detection 1 before its predecessor");
}

TEST(SweepThresholds, TradesMissesForFalseAccepts) {
  const std::vector<TrueEvent> events = {{1, 200, 400}};
  const std::vector<double> thresholds = {0.01, 0.75, 0.9};
  const auto points = sweep_thresholds(short_stream(), events, thresholds, words(), {0});
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[0].metrics.misses, 0);
  EXPECT_EQ(points[0].metrics.false_accepts, 8);
  EXPECT_EQ(points[1].metrics.misses, 0);
  EXPECT_EQ(points[1].metrics.false_accepts, 1);
  EXPECT_EQ(points[2].metrics.misses, 1);
  EXPECT_EQ(points[2].metrics.false_accepts, 0);
  EXPECT_NEAR(points[0].metrics.duration_hours, 1000 / 3.6e6, 1e-15);
}

}  // namespace
}  // namespace mote::evaluate
