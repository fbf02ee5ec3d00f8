#include "mote/data/motion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "mote/base/error.h"

namespace mote::data {
namespace {

using ::testing::HasSubstr;

// Standard deviation of a channel, all three added.
double movement(const Recording& recording) {
  double sum = 0.0;
  for (int axis = 0; axis < 3; ++axis) {
    double mean = 0.0;
    double square = 0.0;
    for (float x : recording.channel(axis)) {
      mean += x;
      square += static_cast<double>(x) * x;
    }
    mean /= static_cast<double>(recording.samples);
    sum += square / static_cast<double>(recording.samples) - mean * mean;
  }
  return std::sqrt(sum);
}

TEST(MotionWindow, HasThreeChannelsInGWithItsLabelAndPerson) {
  const Recording recording = motion_window({}, 1, 1, 31);
  EXPECT_EQ(recording.channels, 3);
  EXPECT_EQ(recording.samples, 100);
  EXPECT_EQ(recording.values.size(), 300U);
  EXPECT_EQ(recording.rate_hz, 100.0);
  EXPECT_EQ(recording.label, "shake");
  EXPECT_EQ(recording.group, "person-1");
}

TEST(MotionWindow, IsTheSameForTheSameSeedWhateverTheOtherClassesAre) {
  MotionSettings fewer;
  fewer.classes = {"tap"};
  EXPECT_EQ(motion_window({}, 1, 3, 5).values, motion_window(fewer, 1, 0, 5).values);
  EXPECT_NE(motion_window({}, 1, 3, 5).values, motion_window({}, 2, 3, 5).values);
  EXPECT_NE(motion_window({}, 1, 3, 5).values, motion_window({}, 1, 3, 6).values);
}

TEST(MotionWindow, ShowsGravityWhereNothingMoves) {
  for (std::int64_t i = 0; i < 40; ++i) {
    const Recording still = motion_window({}, 3, 0, i);
    double square = 0.0;
    for (int axis = 0; axis < 3; ++axis) square += std::pow(still.channel(axis)[50], 2.0);
    EXPECT_NEAR(std::sqrt(square), 1.0, 0.3);
    EXPECT_LT(movement(still), 0.12);
  }
}

TEST(MotionWindow, MovesMoreInEveryOtherClass) {
  for (std::size_t kind = 1; kind < 4; ++kind) {
    for (std::int64_t i = 0; i < 40; ++i) EXPECT_GT(movement(motion_window({}, 3, kind, i)), 0.06) << kind << " " << i;
  }
  EXPECT_GT(movement(motion_window({}, 3, 1, 0)), movement(motion_window({}, 3, 2, 0)));
}

TEST(MotionManifest, KeepsEachPersonInOneSplitAndFillsAllSplits) {
  const MotionSettings settings;
  const Manifest manifest = motion_manifest(settings, 1);
  EXPECT_EQ(manifest.entries.size(), 1200U);
  EXPECT_EQ(manifest.labels, settings.classes);
  std::map<std::string, std::set<Split>> splits;
  std::set<Split> all;
  for (const Entry& entry : manifest.entries) {
    splits[entry.group].insert(entry.split);
    all.insert(entry.split);
  }
  EXPECT_EQ(splits.size(), 30U);
  for (const auto& [person, seen] : splits) EXPECT_EQ(seen.size(), 1U) << person;
  EXPECT_EQ(all.size(), 3U);
}

TEST(MotionManifest, ReadsTheWindowThatEachEntryNames) {
  MotionSettings settings;
  settings.windows = 7;
  const Manifest manifest = motion_manifest(settings, 9);
  for (const Entry& entry : manifest.entries) {
    const Result<Recording> recording = entry.source->read(entry);
    ASSERT_TRUE(recording.ok());
    EXPECT_EQ(recording.value().source, entry.id);
    EXPECT_EQ(recording.value().label, entry.label);
    EXPECT_EQ(recording.value().group, entry.group);
  }
}

TEST(MotionManifest, ItsSettingsTextChangesWithEverySetting) {
  MotionSettings settings;
  const std::string text = motion_manifest(settings, 1).entries[0].source->settings_text();
  EXPECT_NE(text, motion_manifest(settings, 2).entries[0].source->settings_text());
  settings.tap_g.high = 3.0;
  EXPECT_NE(text, motion_manifest(settings, 1).entries[0].source->settings_text());
}

TEST(MotionSettings, NamesTheFieldThatIsWrong) {
  const auto message = [](const MotionSettings& settings) -> std::string {
    try {
      settings.validate();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalid);
      return error.what();
    }
    return "";
  };
  MotionSettings settings;
  EXPECT_EQ(message(settings), "");
  settings.classes = {"still", "shaek"};
  EXPECT_THAT(message(settings), HasSubstr("wanted still, shake, circle or tap, got 'shaek' (did you mean 'shake'?)"));
  settings.classes = {"tap", "tap"};
  EXPECT_THAT(message(settings), HasSubstr("[motion.classes]"));
  settings.classes = {};
  EXPECT_THAT(message(settings), HasSubstr("[motion.classes]"));
  settings = {};
  settings.persons = 2;
  EXPECT_THAT(message(settings), HasSubstr("[motion.persons]"));
  settings = {};
  settings.rate_hz = 0.0;
  EXPECT_THAT(message(settings), HasSubstr("[motion.rate_hz]"));
  settings = {};
  settings.shake_hz = {5.0, 4.0};
  EXPECT_THAT(message(settings), HasSubstr("[motion.shake_hz]"));
  EXPECT_THROW(motion_window(settings, 1, 0, 0), Error);
  EXPECT_THROW(motion_manifest(settings, 1), Error);
}

}  // namespace
}  // namespace mote::data
