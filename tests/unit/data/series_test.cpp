#include "mote/data/series.h"

#include <gtest/gtest.h>

#include "mote/data/windows.h"
#include "shared_data.h"
#include "test_files.h"

namespace mote::data {
namespace {

SeriesSettings at_rate(double rate_hz) {
  SeriesSettings settings;
  settings.rate_hz = rate_hz;
  return settings;
}

void expect_problem(std::string_view text, const SeriesSettings& settings, const std::string& source,
                    const std::string& part) {
  const auto result = parse_series(text, "s.csv", settings);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.failure().source, source) << result.failure().message();
  EXPECT_NE(result.failure().problem.find(part), std::string::npos) << result.failure().message();
}

TEST(SeriesReader, ReadsColumnsWithoutAHeader) {
  const auto result = parse_series("1, 2, 3\n4, 5, 6\r\n\n", "s.csv", at_rate(200));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().channels, 3);
  EXPECT_EQ(result.value().rate_hz, 200);
  EXPECT_EQ(result.value().values, (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

TEST(SeriesReader, TakesTheNumbersAndLeavesTextAside) {
  const auto result = parse_series("name;x;y\nrun;1;2\nrun;3;4\n", "s.csv", at_rate(1));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().values, (std::vector<float>{1, 3, 2, 4}));
}

TEST(SeriesReader, TakesTheNamedColumnsInTheirOrder) {
  SeriesSettings settings = at_rate(1);
  settings.channels = {"z", "x"};
  const auto result = parse_series("x,y,z\n1,2,3\n", "s.csv", settings);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().values, (std::vector<float>{3, 1}));
}

TEST(SeriesReader, PutsUnevenRowsOnAUniformClock) {
  const auto result = parse_series("x,timestamp\n0,1000\n10,1010\n40,1040\n", "s.csv", at_rate(100));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().values, (std::vector<float>{0, 10, 20, 30, 40}));
}

TEST(SeriesReader, KnowsSecondsAndMicroseconds) {
  SeriesSettings settings = at_rate(100);
  settings.timestamp_unit = TimeUnit::kMicroseconds;
  EXPECT_EQ(parse_series("x,timestamp\n0,0\n1,10000\n", "s.csv", settings).value().samples, 2);
  settings.timestamp_unit = TimeUnit::kSeconds;
  EXPECT_EQ(parse_series("x,timestamp\n0,1.50\n1,1.51\n", "s.csv", settings).value().samples, 2);
}

TEST(SeriesReader, BringsARecordedRateToTheWantedOne) {
  SeriesSettings settings = at_rate(100);
  settings.file_rate_hz = 50;
  EXPECT_EQ(parse_series("0\n2\n4\n", "s.csv", settings).value().values, (std::vector<float>{0, 1, 2, 3, 4}));
}

TEST(SeriesReader, CountsTheLastOfRowsWithEqualTimestamps) {
  const auto result = parse_series("x,timestamp,label\n0,0,a\n7,10,a\n1,10,b\n2,20,b\n", "s.csv", at_rate(100));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().values, (std::vector<float>{0, 1, 2}));
  EXPECT_EQ(result.value().spans, (std::vector<LabelledSpan>{{0, 1, "a"}, {1, 3, "b"}}));
}

TEST(SeriesReader, MakesSpansOfEqualLabels) {
  const auto result = parse_series("x,label\n1,sit\n2,sit\n3,\"walk, fast\"\n4,sit\n", "s.csv", at_rate(10));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().spans, (std::vector<LabelledSpan>{{0, 2, "sit"}, {2, 3, "walk, fast"}, {3, 4, "sit"}}));
}

TEST(SeriesReader, NamesTheLineOfACellThatIsNoNumber) {
  expect_problem("x,y\n1,2\n1,oops\n", at_rate(1), "s.csv:3", "column 'y', got 'oops'");
  expect_problem("x,y\n1,2\n\nnan,3\n", at_rate(1), "s.csv:4", "got 'nan'");
  expect_problem("x,y\n1,2\n1e300,3\n", at_rate(1), "s.csv:3", "got '1e300'");
}

TEST(SeriesReader, NamesTheLineOfARaggedRow) {
  expect_problem("1,2\n3,4\n5\n", at_rate(1), "s.csv:3", "wanted 2 cells as in the first row, got 1");
}

TEST(SeriesReader, NamesTheLineWhereTheClockRunsBackOrJumps) {
  expect_problem("x,timestamp\n1,10\n2,5\n", at_rate(100), "s.csv:3", "got 5 ms back");
  expect_problem("x,timestamp\n1,10\n2,5010\n", at_rate(100), "s.csv:3", "got 5000 ms");
  expect_problem("x,timestamp\n1,noon\n", at_rate(100), "s.csv:2", "got 'noon'");
}

TEST(SeriesReader, NamesAFileWithoutRowsOrNumbers) {
  expect_problem("", at_rate(1), "s.csv", "an empty file");
  expect_problem("x,y\n", at_rate(1), "s.csv", "a header only");
  expect_problem("a,b\nc,d\n", at_rate(1), "s.csv", "at least one column of numbers");
}

TEST(SeriesReader, NamesAChannelThatIsMissing) {
  SeriesSettings settings = at_rate(1);
  settings.channels = {"x_acd"};
  expect_problem("x_acc,y_acc\n1,2\n", settings, "s.csv", "did you mean 'x_acc'?");
}

TEST(SeriesReader, RefusesARecordingThatWouldFillTheMemory) {
  SeriesSettings settings = at_rate(1e6);
  settings.longest_gap_ms = 1e9;
  expect_problem("x,timestamp\n1,0\n2,900000000\n", settings, "s.csv", "at most");
}

TEST(SeriesReader, NamesAFileThatIsMissing) {
  EXPECT_EQ(read_series("/nowhere/s.csv", {}).failure().source, "/nowhere/s.csv");
}

TEST(SeriesReader, RefusesSettingsOutOfRange) {
  test::expect_error(ErrorCode::kInvalid, {"series.rate_hz"}, [] { at_rate(-1).validate(); });
}

TEST(SeriesReader, ReadsARealWatchWithItsLabels) {
  MOTE_SKIP_WITHOUT_SHARED("data/activity-imu");
  const auto result = read_series(test::shared_path("data/activity-imu/s01/s01_01_sw.csv"), at_rate(100));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().channels, 6);
  EXPECT_GT(result.value().duration_s(), 10);
  EXPECT_EQ(result.value().spans.front().label, "SEATED");
  EXPECT_EQ(result.value().spans.back().end_sample, result.value().samples);
}

TEST(Windows, StayInsideTheirSpan) {
  Recording recording;
  recording.samples = 100;
  recording.rate_hz = 10;
  recording.spans = {{0, 45, "a"}, {45, 50, "b"}, {50, 100, "c"}};
  const auto windows = cut_windows(recording, {.window_ms = 2000, .stride_ms = 1500});
  EXPECT_EQ(windows,
            (std::vector<LabelledSpan>{{0, 20, "a"}, {15, 35, "a"}, {50, 70, "c"}, {65, 85, "c"}, {80, 100, "c"}}));
}

TEST(Windows, TakeARecordingWithoutSpansAsOne) {
  Recording recording;
  recording.samples = 20;
  recording.rate_hz = 10;
  recording.label = "a";
  EXPECT_EQ(cut_windows(recording, {.window_ms = 2000, .stride_ms = 1000}), (std::vector<LabelledSpan>{{0, 20, "a"}}));
}

TEST(Windows, RefuseAStrideOfZero) {
  test::expect_error(ErrorCode::kInvalid, {"window.stride_ms"},
                     [] { WindowSettings{.window_ms = 10, .stride_ms = 0}.validate(); });
}

}  // namespace
}  // namespace mote::data
