#include "mote/data/recording.h"

#include <gtest/gtest.h>

namespace mote::data {
namespace {

TEST(Recording, GivesEachChannelAsAViewOfThePlanarValues) {
  Recording recording;
  recording.channels = 2;
  recording.samples = 3;
  recording.rate_hz = 100;
  recording.values = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(recording.channel(1)[0], 4.0F);
  recording.channel(0)[2] = 9;
  EXPECT_EQ(recording.values[2], 9.0F);
  EXPECT_DOUBLE_EQ(recording.duration_s(), 0.03);
}

TEST(ReadFailure, SaysTheSourceFirst) {
  const Result<int> result = ReadFailure{"a.wav", "wanted audio, got text: convert it"};
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.failure().message(), "a.wav: wanted audio, got text: convert it");
}

}  // namespace
}  // namespace mote::data
