#include "mote/data/fit.h"

#include <gtest/gtest.h>

namespace mote::data {
namespace {

Recording with(std::vector<float> values) {
  Recording recording;
  recording.samples = static_cast<std::int64_t>(values.size());
  recording.rate_hz = 10;
  recording.values = std::move(values);
  return recording;
}

TEST(FitLength, KeepsTheLoudestStretch) {
  const Recording clip = fit_length(with({0, 0, 0, 0, 0, 1, -1, 1, -1, 0}), 4, Fit::kLoudest);
  EXPECT_EQ(clip.values, (std::vector<float>{1, -1, 1, -1}));
}

TEST(FitLength, KeepsTheMiddleOfEqualStretches) {
  EXPECT_EQ(crop_begin(with(std::vector<float>(11, 0.25F)), 5, Fit::kLoudest), 3);
}

TEST(FitLength, IsNotMisledByAnOffset) {
  EXPECT_EQ(crop_begin(with({5, 5, 5, 5, 5, 5, 6, 4}), 2, Fit::kLoudest), 6);
}

TEST(FitLength, CropsAtTheCentreAndAtTheStart) {
  EXPECT_EQ(fit_length(with({1, 2, 3, 4, 5}), 3, Fit::kCentre).values, (std::vector<float>{2, 3, 4}));
  EXPECT_EQ(fit_length(with({1, 2, 3, 4, 5}), 3, Fit::kStart).values, (std::vector<float>{1, 2, 3}));
}

TEST(FitLength, PadsWithZerosByTheRule) {
  EXPECT_EQ(fit_length(with({1, 2}), 5, Fit::kLoudest).values, (std::vector<float>{0, 1, 2, 0, 0}));
  EXPECT_EQ(fit_length(with({1, 2}), 5, Fit::kStart).values, (std::vector<float>{1, 2, 0, 0, 0}));
}

TEST(FitLength, MovesSpansAlongAndCutsThemAtTheEnds) {
  Recording recording = with({1, 2, 3, 4, 5, 6});
  recording.spans = {{0, 2, "a"}, {2, 6, "b"}};
  const Recording clip = fit_length(recording, 4, Fit::kCentre);
  EXPECT_EQ(clip.spans, (std::vector<LabelledSpan>{{0, 1, "a"}, {1, 4, "b"}}));
}

TEST(FitLength, TreatsChannelsAlike) {
  Recording recording = with({1, 2, 3, 10, 20, 30});
  recording.channels = 2;
  recording.samples = 3;
  EXPECT_EQ(fit_length(recording, 1, Fit::kCentre).values, (std::vector<float>{2, 20}));
}

TEST(Slice, TakesTheLabelOfTheSpanThatHoldsIt) {
  Recording recording = with({1, 2, 3, 4});
  recording.label = "whole";
  recording.spans = {{0, 2, "a"}, {2, 4, "b"}};
  EXPECT_EQ(slice(recording, 2, 4).label, "b");
  EXPECT_EQ(slice(recording, 1, 3).label, "whole");
  EXPECT_EQ(slice(recording, 1, 3).values, (std::vector<float>{2, 3}));
}

}  // namespace
}  // namespace mote::data
