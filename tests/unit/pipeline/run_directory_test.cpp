#include "mote/pipeline/run_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "error_text.h"

namespace mote::pipeline {
namespace {

namespace fs = std::filesystem;
using test::error_text;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Condition = RunDirectory::Condition;

class RunDirectoryTest : public testing::Test {
 protected:
  RunDirectoryTest()
      : folder_(fs::temp_directory_path() / ("run_directory_" + std::to_string(::getpid()) + "_" +
                                             testing::UnitTest::GetInstance()->current_test_info()->name())) {}
  ~RunDirectoryTest() override { fs::remove_all(folder_); }

  void write(const char* name, std::string_view text) const { write_file_atomic(folder_ / name, text); }

  // A folder in which stage "train" wrote two files under the key "k1".
  void record_train() const {
    RunDirectory directory(folder_);
    write("a.txt", "a");
    write("cache/b.txt", "b");
    directory.record("train", "k1", {"a.txt", "cache/b.txt"});
  }

  fs::path folder_;
};

TEST_F(RunDirectoryTest, AStageThatWasNeverDoneIsMissing) {
  EXPECT_EQ(RunDirectory(folder_).condition("train", "k1"), Condition::kMissing);
}

TEST_F(RunDirectoryTest, ARecordedStageIsCurrentInALaterProcess) {
  record_train();
  EXPECT_EQ(RunDirectory(folder_).condition("train", "k1"), Condition::kCurrent);
}

TEST_F(RunDirectoryTest, AStageOfAnotherKeyIsStale) {
  record_train();
  EXPECT_EQ(RunDirectory(folder_).condition("train", "k2"), Condition::kStale);
}

TEST_F(RunDirectoryTest, AStageWhoseFileIsGoneIsMissing) {
  record_train();
  fs::remove(folder_ / "cache/b.txt");
  EXPECT_EQ(RunDirectory(folder_).condition("train", "k1"), Condition::kMissing);
}

TEST_F(RunDirectoryTest, AChangedFileIsAnErrorThatNamesItAndTheStage) {
  record_train();
  write("a.txt", "changed");
  const RunDirectory directory(folder_);
  EXPECT_THAT(error_text([&] { directory.condition("train", "k1"); }),
              AllOf(StartsWith("corrupt: "), HasSubstr("a.txt"), HasSubstr("train"), HasSubstr("Delete it")));
}

TEST_F(RunDirectoryTest, AFileThatIsChangedAndOneThatIsGoneMeansMissing) {
  record_train();
  write("a.txt", "changed");
  fs::remove(folder_ / "cache/b.txt");
  EXPECT_EQ(RunDirectory(folder_).condition("train", "k1"), Condition::kMissing);
}

TEST_F(RunDirectoryTest, RecordingAgainReplacesTheRecord) {
  record_train();
  RunDirectory directory(folder_);
  directory.record("train", "k2", {"a.txt"});
  EXPECT_EQ(directory.condition("train", "k2"), Condition::kCurrent);
  EXPECT_EQ(directory.condition("train", "k1"), Condition::kStale);
}

TEST_F(RunDirectoryTest, TwoOnOneFolderAreKeptApart) {
  const RunDirectory first(folder_);
  EXPECT_THAT(error_text([&] { RunDirectory second(folder_); }), StartsWith("busy: "));
}

TEST_F(RunDirectoryTest, TheLockIsReleasedWithTheObject) {
  { const RunDirectory first(folder_); }
  EXPECT_NO_THROW(RunDirectory second(folder_));
}

TEST_F(RunDirectoryTest, ADamagedStateIsAnErrorThatSaysToDeleteIt) {
  for (const char* text : {"", "{\"format\": \"mote.sta", "[]", "7", R"({"format": "mote.state/1"})",
                           R"({"format": "mote.state/1", "stages": {"data": 1}})"}) {
    write("state.json", text);
    EXPECT_THAT(error_text([&] { RunDirectory directory(folder_); }),
                AllOf(StartsWith("corrupt: "), HasSubstr("state.json"), HasSubstr("delete it")))
        << text;
  }
}

TEST_F(RunDirectoryTest, AStateOfAnotherVersionMeansThatNothingIsDone) {
  record_train();
  write("state.json", R"({"format": "mote.state/0", "stages": 7})");
  EXPECT_EQ(RunDirectory(folder_).condition("train", "k1"), Condition::kMissing);
}

TEST_F(RunDirectoryTest, TemporaryFilesOfKilledRunsAreRemovedAndNothingElse) {
  write("cache/.train.h5.123.4.tmp", "half");
  write("cache/mine.tmp", "mine");
  write(".note", "mine");
  const RunDirectory directory(folder_);
  EXPECT_FALSE(fs::exists(folder_ / "cache/.train.h5.123.4.tmp"));
  EXPECT_TRUE(fs::exists(folder_ / "cache/mine.tmp"));
  EXPECT_TRUE(fs::exists(folder_ / ".note"));
}

TEST_F(RunDirectoryTest, AFileInThePlaceOfTheFolderIsAnError) {
  write_file_atomic(folder_, std::string_view("a file"));
  EXPECT_THAT(error_text([&] { RunDirectory directory(folder_); }), StartsWith("io: "));
}

}  // namespace
}  // namespace mote::pipeline
