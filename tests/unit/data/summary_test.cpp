#include "mote/data/summary.h"

#include <gtest/gtest.h>

#include "mote/data/layouts.h"
#include "shared_data.h"
#include "test_files.h"

namespace mote::data {
namespace {

using test::put_file;
using test::TempFolder;
using test::write_ramp;

TEST(Summary, FindsEveryClipThatDeservesALook) {
  TempFolder folder;
  write_ramp(folder / "on/a.wav", 1);
  write_ramp(folder / "on/b.wav", 2, 3200);
  write_ramp(folder / "off/copy.wav", 1);
  put_file(folder / "off/broken.wav", "RIFF");
  put_file(folder / "off/quiet.wav", test::wav_of(test::Wav{}, std::vector<std::int16_t>(1600, 3)));
  put_file(folder / "off/loud.wav", test::wav_of(test::Wav{}, std::vector<std::int16_t>(1600, 32767)));
  LayoutSettings settings;
  settings.root = folder.path();
  Manifest manifest = load_layout(settings);
  for (Entry& entry : manifest.entries) entry.split = entry.id == "on/a.wav" ? Split::kTest : Split::kTrain;

  ThreadPool threads(2);
  const DatasetSummary summary = summarize(manifest, {}, threads, null_log());
  EXPECT_EQ(summary.clips, 5);
  EXPECT_DOUBLE_EQ(summary.duration_s, 0.6);
  EXPECT_DOUBLE_EQ(summary.shortest_s, 0.1);
  EXPECT_DOUBLE_EQ(summary.longest_s, 0.2);
  EXPECT_EQ(summary.labels, (std::vector<std::string>{"off", "on"}));
  EXPECT_EQ(summary.counts[0][0].clips, 3);
  EXPECT_EQ(summary.counts[1][0].clips, 1);
  EXPECT_EQ(summary.counts[1][2].clips, 1);
  EXPECT_EQ(summary.counts[0][0].groups, 3);
  EXPECT_EQ(summary.clipped, (std::vector<std::string>{"off/loud.wav"}));
  EXPECT_EQ(summary.silent, (std::vector<std::string>{"off/loud.wav", "off/quiet.wav"}));
  ASSERT_EQ(summary.unreadable.size(), 1U);
  EXPECT_NE(summary.unreadable[0].source.find("broken.wav"), std::string::npos);
  ASSERT_EQ(summary.duplicates.size(), 1U);
  EXPECT_EQ(summary.duplicates[0].id, "on/a.wav");
  EXPECT_EQ(summary.duplicates[0].copy_of, "off/copy.wav");
  EXPECT_EQ(summary.duplicates[0].label_of_original, "off");
  EXPECT_EQ(summary.duplicates_across_splits(), 1);
}

TEST(Summary, CountsRealClips) {
  MOTE_SKIP_WITHOUT_SHARED("data/speech-commands-mini");
  LayoutSettings settings;
  settings.root = test::shared_path("data/speech-commands-mini");
  settings.layout = Layout::kSpeechCommands;
  settings.labels = {"yes", "no"};
  ThreadPool threads(2);
  const DatasetSummary summary = summarize(load_layout(settings), {}, threads, null_log());
  EXPECT_TRUE(summary.unreadable.empty());
  EXPECT_EQ(summary.counts[0][1].clips, 72);
  EXPECT_EQ(summary.counts[1][1].clips, 85);
  EXPECT_LE(summary.longest_s, 1.0);
}

}  // namespace
}  // namespace mote::data
