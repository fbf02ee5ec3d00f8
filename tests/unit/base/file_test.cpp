#include "mote/base/file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>

#include "mote/base/error.h"
#include "mote/base/hash.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_ = fs::temp_directory_path() / ("mote_file_test." + std::to_string(::getpid()));

  std::size_t files() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {})); }
};

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::kUsage;
}

TEST_F(FileTest, ReadsBackWhatWasWrittenAndLeavesNoTemporaryFile) {
  write_file_atomic(folder_ / "deep" / "a.txt", std::string_view("hello"));
  EXPECT_EQ(read_text_file(folder_ / "deep" / "a.txt"), "hello");
  EXPECT_EQ(files(), 1U);
}

TEST_F(FileTest, AWriterDroppedWithoutCommitLeavesTheOldFile) {
  write_file_atomic(folder_ / "a", std::string_view("old"));
  {
    const AtomicFile file(folder_ / "a");
    write_file_atomic(file.temporary(), std::string_view("new"));
  }
  EXPECT_EQ(read_text_file(folder_ / "a"), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(FileTest, AMissingFileIsNotFound) {
  EXPECT_EQ(code_of([&] { read_text_file(folder_ / "none"); }), ErrorCode::kNotFound);
}

TEST_F(FileTest, AFolderIsNotReadAsAFile) {
  EXPECT_EQ(code_of([&] { read_text_file(folder_); }), ErrorCode::kIo);
}

TEST_F(FileTest, AFileAboveTheLimitIsRefused) {
  write_file_atomic(folder_ / "a", std::string_view("12345"));
  EXPECT_EQ(code_of([&] { read_text_file(folder_ / "a", 4); }), ErrorCode::kInvalid);
}

TEST_F(FileTest, AFileInTheWayOfAFolderIsNamed) {
  write_file_atomic(folder_ / "a", std::string_view("x"));
  EXPECT_EQ(code_of([&] { make_folder(folder_ / "a"); }), ErrorCode::kIo);
}

TEST_F(FileTest, ALockHeldByAnotherIsBusy) {
  const FileLock lock(folder_ / "lock");
  EXPECT_EQ(code_of([&] { const FileLock second(folder_ / "lock"); }), ErrorCode::kBusy);
}

TEST_F(FileTest, AFullDiskLeavesTheOldFile) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  EXPECT_EQ(code_of([&] { write_file_atomic("/dev/full/x", std::string_view("x")); }), ErrorCode::kIo);
}

TEST(Hash, IsTheSha256OfTheStandard) {  // FIPS 180-2, appendix B.1
  const std::string text = "abc";
  EXPECT_EQ(sha256(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hash, PartsDoNotRunIntoEachOther) {
  EXPECT_NE(Hasher().add("ab").add("c").finish(), Hasher().add("a").add("bc").finish());
}

}  // namespace
}  // namespace mote
