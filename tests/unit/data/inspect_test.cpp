#include "mote/data/inspect.h"

#include <gtest/gtest.h>

namespace mote::data {
namespace {

Recording with(std::vector<float> values) {
  Recording recording;
  recording.samples = static_cast<std::int64_t>(values.size());
  recording.rate_hz = 16000;
  recording.values = std::move(values);
  return recording;
}

TEST(Inspect, FlagsARunAtFullScaleButNotASinglePeak) {
  EXPECT_TRUE(inspect(with({0, 1, 1, 1, 0})).clipped);
  EXPECT_TRUE(inspect(with({0, -1, -1, -1, 0})).clipped);
  EXPECT_FALSE(inspect(with({0, 1, 0, 1, 0, -1})).clipped);
}

TEST(Inspect, FlagsSilenceWhateverItsOffset) {
  EXPECT_TRUE(inspect(with({0.3F, 0.3005F, 0.3F})).silent);
  EXPECT_FALSE(inspect(with({0, 0.01F, -0.01F})).silent);
  EXPECT_EQ(inspect(with({0, 0})).rms_dbfs, -300);
}

TEST(Inspect, KnowsNoClippingWithoutAFullScale) {
  Recording recording = with({9, 9, 9, 9, 8});
  recording.full_scale = 0;
  EXPECT_FALSE(inspect(recording).clipped);
  EXPECT_FALSE(inspect(recording).silent);
  recording.values.back() = 9;
  EXPECT_TRUE(inspect(recording).silent);
}

TEST(Inspect, MeasuresPeakAndLevel) {
  const Inspection found = inspect(with({0.5F, -0.5F, 0.5F, -0.5F}));
  EXPECT_DOUBLE_EQ(found.peak, 0.5);
  EXPECT_NEAR(found.rms_dbfs, -6.0206, 1e-4);
}

TEST(Inspect, HashesContentAndNotNames) {
  Recording a = with({1, 2});
  Recording b = with({1, 2});
  a.source = "a";
  b.source = "b";
  EXPECT_EQ(inspect(a).content_hash, inspect(b).content_hash);
  b.values[1] = 3;
  EXPECT_NE(inspect(a).content_hash, inspect(b).content_hash);
}

}  // namespace
}  // namespace mote::data
