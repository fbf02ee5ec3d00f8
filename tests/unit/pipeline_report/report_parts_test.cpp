#include <cmath>
#include <vector>

#include "expect_error.h"
#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {
namespace {

using test::expect_error;

TEST(Gate, IsKeptAtItsLimit) {
  EXPECT_TRUE(gate_at_least("accuracy", 86, 86, "%").passed);
  EXPECT_FALSE(gate_at_least("accuracy", 86, 85.99, "%").passed);
  EXPECT_TRUE(gate_at_most("arena", 100, 100, "bytes").passed);
  EXPECT_FALSE(gate_at_most("arena", 100, 101, "bytes").passed);
}

TEST(Gate, RefusesToJudgeNan) {
  expect_error(
      ErrorCode::kInvalid, [] { gate_at_most("macs", 1, std::nan(""), ""); }, "numbers for gate 'macs'");
}

TEST(FeaturePicture, SpreadsTheValuesOver256Levels) {
  const std::vector<float> values = {-1, 0, 1, 3};
  const FeaturePicture picture = make_feature_picture(values, 2, 2);
  EXPECT_EQ(picture.levels, (std::vector<int>{0, 64, 128, 255}));
  EXPECT_EQ(picture.low, -1);
  EXPECT_EQ(picture.high, 3);
}

TEST(FeaturePicture, IsOfLevelZeroWhenAllValuesAreEqual) {
  const std::vector<float> values = {5, 5};
  EXPECT_EQ(make_feature_picture(values, 1, 2).levels, (std::vector<int>{0, 0}));
}

TEST(FeaturePicture, RefusesValuesThatDoNotFit) {
  const std::vector<float> values = {1, 2, 3};
  expect_error(
      ErrorCode::kInvalid, [&] { make_feature_picture(values, 2, 2); }, "got 3 for 2 × 2");
  expect_error(
      ErrorCode::kInvalid, [&] { make_feature_picture({}, 0, 0); }, "got 0 for 0 × 0");
}

TEST(FeaturePicture, RefusesInfiniteValues) {
  const std::vector<float> values = {1, INFINITY};
  expect_error(
      ErrorCode::kInvalid, [&] { make_feature_picture(values, 1, 2); }, "got inf at 1");
}

}  // namespace
}  // namespace mote::pipeline
