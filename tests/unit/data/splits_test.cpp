#include "mote/data/splits.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "test_files.h"

namespace mote::data {
namespace {

using test::expect_error;

Manifest manifest_of(const std::vector<std::string>& paths, const GroupRule& rule) {
  Manifest manifest;
  for (const std::string& path : paths) {
    Entry entry;
    entry.id = path;
    entry.label = path.substr(0, path.find('/'));
    entry.group = group_of(path, rule);
    manifest.entries.push_back(entry);
  }
  return manifest;
}

// Made with: int(hashlib.sha1(s.encode()).hexdigest(), 16) % 2**27 * (100.0 / (2**27 - 1)), Python 3.11, and the limits
// 10 and 20 of which_set() in the README.md of Speech Commands v0.02.
TEST(SplitOfGroup, IsTheOfficialHashOfSpeechCommands) {
  const SplitSettings settings;
  EXPECT_EQ(split_of_group("s02", settings), Split::kValidation);  // 8.189
  EXPECT_EQ(split_of_group("s26", settings), Split::kValidation);  // 9.045
  EXPECT_EQ(split_of_group("s00", settings), Split::kTest);        // 11.981
  EXPECT_EQ(split_of_group("0cb74144", settings), Split::kTest);   // 19.306
  EXPECT_EQ(split_of_group("alice", settings), Split::kTrain);     // 24.062
  EXPECT_EQ(split_of_group("bob", settings), Split::kTrain);       // 77.030
}

TEST(SplitOfGroup, FollowsTheShares) {
  SplitSettings settings;
  settings.validation_share = 0.3;
  settings.test_share = 0;
  int validation = 0;
  for (int i = 0; i < 2000; ++i)
    validation += split_of_group(std::to_string(i), settings) == Split::kValidation ? 1 : 0;
  EXPECT_NEAR(validation, 600, 60);
  settings.salt = "other";
  int moved = 0;
  for (int i = 0; i < 2000; ++i)
    moved += split_of_group(std::to_string(i), settings) !=
                     split_of_group(std::to_string(i), {.validation_share = 0.3, .test_share = 0})
                 ? 1
                 : 0;
  EXPECT_GT(moved, 500);
}

TEST(AssignSplits, MovesNoClipWhenOthersAreAdded) {
  std::vector<std::string> paths;
  for (int i = 0; i < 100; ++i) paths.push_back(fmt::format("yes/p{}_nohash_0.wav", i));
  Manifest few = manifest_of(paths, {});
  for (int i = 100; i < 200; ++i) paths.push_back(fmt::format("yes/p{}_nohash_0.wav", i));
  Manifest more = manifest_of(paths, {});
  assign_splits(few, {});
  assign_splits(more, {});
  for (std::size_t i = 0; i < few.entries.size(); ++i) EXPECT_EQ(few.entries[i].split, more.entries[i].split);
}

TEST(AssignSplits, KeepsAllClipsOfASpeakerTogether) {
  std::vector<std::string> paths;
  for (int i = 0; i < 300; ++i) paths.push_back(fmt::format("w{}/p{}_nohash_{}.wav", i % 7, i % 40, i));
  Manifest manifest = manifest_of(paths, {});
  assign_splits(manifest, {.validation_share = 0.3, .test_share = 0.3});
  EXPECT_TRUE(find_leaks(manifest).empty());
  EXPECT_NO_THROW(check_leaks(manifest));
  EXPECT_EQ(manifest.split_rule,
            "by speaker where the name has _nohash_, else by file: hash of its name, validation 30 %, test 30 %");
}

TEST(AssignSplits, CutsALongSessionInItsOrder) {
  std::vector<std::string> paths;
  for (int i = 0; i < 10; ++i) paths.push_back(fmt::format("a/{:02}.csv", i));
  Manifest manifest = manifest_of(paths, {});
  assign_splits(manifest, {.validation_share = 0.2, .test_share = 0.2, .method = SplitMethod::kOrder});
  std::string splits;
  for (const Entry& entry : manifest.entries) splits += to_string(entry.split).substr(0, 2);
  EXPECT_EQ(splits, "trtrtrtrtrtrvavatete");
}

TEST(GroupRule, FindsSpeakerFolderAndPattern) {
  EXPECT_EQ(group_of("yes/ab12_nohash_3.wav", GroupRule::parse("auto")), "ab12");
  EXPECT_EQ(group_of("yes/other.wav", GroupRule::parse("auto")), "yes/other.wav");
  EXPECT_EQ(group_of("yes/ab12_nohash_3.wav", GroupRule::parse("file")), "yes/ab12_nohash_3.wav");
  EXPECT_EQ(group_of("yes/anna.wav", GroupRule::parse("speaker")), "anna");
  EXPECT_EQ(group_of("s01/s01_02_sw.csv", GroupRule::parse("folder")), "s01");
  EXPECT_EQ(group_of("up/00000030_NO_01.flac", GroupRule::parse("regex:([0-9]+)_NO")), "00000030");
  EXPECT_EQ(group_of("up/x.flac", GroupRule::parse("regex:([0-9]+)_NO")), "up/x.flac");
}

TEST(GroupRule, RefusesWhatItCannotUse) {
  expect_error(ErrorCode::kInvalid, {"got 'speakers'"}, [] { GroupRule::parse("speakers"); });
  expect_error(ErrorCode::kInvalid, {"got '([a-'"}, [] { GroupRule::parse("regex:([a-"); });
  expect_error(ErrorCode::kInvalid, {"parentheses"}, [] { GroupRule::parse("regex:[0-9]+"); });
}

TEST(CheckLeaks, NamesTheGroupAndBothFiles) {
  Manifest manifest = manifest_of({"yes/anna_nohash_0.wav", "no/anna_nohash_0.wav", "no/bert_nohash_0.wav"}, {});
  manifest.entries[1].split = Split::kValidation;
  expect_error(ErrorCode::kInvalid, {"'anna'", "yes/anna_nohash_0.wav", "no/anna_nohash_0.wav", "train", "validation"},
               [&] { check_leaks(manifest); });
}

TEST(CheckClasses, NamesAClassWithoutClips) {
  Manifest manifest = manifest_of({"yes/a.wav", "yes/b.wav"}, {});
  manifest.labels = {"yes", "no"};
  expect_error(ErrorCode::kInvalid, {"clips of 'no', got none"}, [&] { check_classes(manifest); });
  manifest.labels = {"yes"};
  expect_error(ErrorCode::kInvalid, {"to validate on", "validation_share"}, [&] { check_classes(manifest); });
  manifest.entries[0].split = manifest.entries[1].split = Split::kValidation;
  expect_error(ErrorCode::kInvalid, {"'yes' to train on", "2 clips"}, [&] { check_classes(manifest); });
  manifest.entries[0].split = Split::kTrain;
  EXPECT_NO_THROW(check_classes(manifest));
}

TEST(SplitSettings, RefusesSharesThatLeaveNothingToTrainOn) {
  expect_error(ErrorCode::kInvalid, {"validation_share + dataset.test_share"},
               [] { SplitSettings{.validation_share = 0.5, .test_share = 0.5}.validate(); });
}

}  // namespace
}  // namespace mote::data
