#include "mote/evaluate/predictions.h"

#include <cmath>

#include "sample.h"

namespace mote::evaluate {
namespace {

using test::expect_invalid;
using test::six_clips;

TEST(Predictions, TakesTheLowestClassAmongEqualScores) {
  const Predictions predictions{{"a", "b", "c"}, {"x"}, {0}, {0.2F, 0.4F, 0.4F}};
  EXPECT_EQ(predictions.predicted(0), 1);
}

TEST(Predictions, AcceptsAnInt8SoftmaxWhoseRowsDoNotSumToOne) {
  const Predictions predictions{{"a", "b"}, {"x"}, {0}, {255 / 256.0F, 0.0F}};
  EXPECT_NO_THROW(predictions.validate());
}

TEST(Predictions, RefusesAnEmptySetOfClips) {
  expect_invalid([] { Predictions{{"a"}, {}, {}, {}}.validate(); }, "at least one clip, got none");
}

TEST(Predictions, RefusesToHaveNoClasses) {
  expect_invalid([] { Predictions{{}, {"x"}, {0}, {}}.validate(); }, "at least one class, got none");
}

TEST(Predictions, RefusesALabelThatOccursTwice) {
  expect_invalid([] { Predictions{{"a", "a"}, {"x"}, {0}, {1, 0}}.validate(); }, "got 'a' twice");
}

TEST(Predictions, RefusesLengthsThatDoNotFit) {
  auto predictions = six_clips();
  predictions.scores.pop_back();
  expect_invalid([&] { predictions.validate(); }, "wanted 18 scores to go with the labels of the clips, got 17");
  predictions = six_clips();
  predictions.clips.pop_back();
  expect_invalid([&] { predictions.validate(); }, "wanted 6 clip names");
}

TEST(Predictions, NamesTheClipWithANanScore) {
  auto predictions = six_clips();
  predictions.scores[4] = std::nanf("");
  expect_invalid([&] { predictions.validate(); }, "got nan for clip 'b.wav'");
}

TEST(Predictions, NamesTheClipWithALogitInsteadOfAProbability) {
  auto predictions = six_clips();
  predictions.scores[17] = 1.5F;
  expect_invalid([&] { predictions.validate(); }, "got 1.5 for clip 'f.wav'");
  predictions.scores[17] = -0.5F;
  expect_invalid([&] { predictions.validate(); }, "got -0.5 for clip 'f.wav'");
}

TEST(Predictions, NamesTheClipWhoseClassIsUnknown) {
  auto predictions = six_clips();
  predictions.truth[2] = 3;
  expect_invalid([&] { predictions.validate(); }, "wanted a class in [0, 3), got 3 for clip 'c.wav'");
  predictions.truth[2] = -1;
  expect_invalid([&] { predictions.validate(); }, "got -1");
}

}  // namespace
}  // namespace mote::evaluate
