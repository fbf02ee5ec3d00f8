#include "mote/dsp/feature_statistics.h"

#include <gtest/gtest.h>

#include <vector>

namespace mote::dsp {
namespace {

TEST(FeatureStatistics, MeasuresMeanAndDeviationOfEachCoefficient) {
  FeatureStatistics statistics(2);
  statistics.add(std::vector<float>{1.0F, 10.0F, 3.0F, 10.0F});
  statistics.add(std::vector<float>{5.0F, 10.0F});
  EXPECT_EQ(statistics.frames(), 3);
  EXPECT_DOUBLE_EQ(statistics.mean()[0], 3.0);
  EXPECT_NEAR(statistics.deviation()[0], 1.632993162, 1e-9);
  EXPECT_DOUBLE_EQ(statistics.mean()[1], 10.0);
  EXPECT_DOUBLE_EQ(statistics.deviation()[1], 1.0) << "a constant coefficient must not be blown up";
}

TEST(FeatureStatistics, MergesAsIfAddedInOne) {
  FeatureStatistics first(1);
  FeatureStatistics second(1);
  FeatureStatistics all(1);
  first.add(std::vector<float>{1.0F, 2.0F});
  second.add(std::vector<float>{7.0F, -3.0F, 4.0F});
  all.add(std::vector<float>{1.0F, 2.0F, 7.0F, -3.0F, 4.0F});
  first.merge(second);
  first.merge(FeatureStatistics(1));
  EXPECT_EQ(first.frames(), 5);
  EXPECT_NEAR(first.mean()[0], all.mean()[0], 1e-12);
  EXPECT_NEAR(first.deviation()[0], all.deviation()[0], 1e-12);
}

TEST(FeatureStatistics, OfNothingIsHarmless) {
  const FeatureStatistics none(1);
  EXPECT_EQ(none.mean(), std::vector<double>{0.0});
  EXPECT_EQ(none.deviation(), std::vector<double>{1.0});
}

}  // namespace
}  // namespace mote::dsp
