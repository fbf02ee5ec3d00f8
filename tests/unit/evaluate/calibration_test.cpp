#include "mote/evaluate/calibration.h"

#include "sample.h"

namespace mote::evaluate {
namespace {

using test::expect_invalid;
using test::six_clips;

TEST(Calibration, PutsEachClipIntoTheBinOfItsHighestScore) {
  // Highest scores .8 .6 .5 .7 .9 .6, right: yes yes no yes no yes; two bins: all lie in [0.5, 1].
  const auto bins = calibration_bins(six_clips(), 2);
  ASSERT_EQ(bins.size(), 2U);
  EXPECT_EQ(bins[0].clips, 0);
  EXPECT_EQ(bins[1].clips, 6);
  EXPECT_NEAR(bins[1].mean_confidence, 4.1 / 6, 1e-6);
  EXPECT_NEAR(bins[1].accuracy, 4.0 / 6, 1e-12);
  EXPECT_NEAR(expected_calibration_error(bins), 0.1 / 6, 1e-6);
}

TEST(Calibration, WeighsBinsByTheirClips) {
  const std::vector<CalibrationBin> bins = {{0, 0.5, 3, 0.4, 0.7}, {0.5, 1, 1, 0.9, 0.8}};
  EXPECT_NEAR(expected_calibration_error(bins), (3 * 0.3 + 1 * 0.1) / 4, 1e-12);
}

TEST(Calibration, PutsAScoreOfOneIntoTheLastBin) {
  const Predictions predictions{{"a", "b"}, {"x"}, {0}, {1, 0}};
  EXPECT_EQ(calibration_bins(predictions, 10).back().clips, 1);
}

TEST(Calibration, IsZeroWithoutClips) {
  EXPECT_EQ(expected_calibration_error({}), 0);
}

TEST(Calibration, RefusesToHaveNoBins) {
  expect_invalid([] { calibration_bins(six_clips(), 0); }, "at least one calibration bin, got 0");
}

}  // namespace
}  // namespace mote::evaluate
