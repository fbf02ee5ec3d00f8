#include "mote/exporter/bundle_folder.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "bundle_support.h"
#include "int8_graphs.h"
#include "mote/base/error.h"

namespace mote::exporter {
namespace {

namespace fs = std::filesystem;

class BundleFolder : public testing::Test {
 protected:
  std::string refusal() const {
    try {
      write_bundle(target_, kSecond);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  bool has_leftovers() const {
    return std::any_of(fs::directory_iterator(folder_.path()), fs::directory_iterator(),
                       [](const fs::directory_entry& entry) { return entry.path().filename().string()[0] == '.'; });
  }

  const Bundle kFirst{{{"a.c", "first"}, {"sub/b.h", "same"}}, 0};
  const Bundle kSecond{{{"a.c", "second"}, {"c.c", "new"}}, 0};
  TestFolder folder_;
  fs::path target_ = folder_.path() / "parent" / "bundle";
};

TEST_F(BundleFolder, IsMadeWithItsParentsAndAManifest) {
  write_bundle(target_, kFirst);
  EXPECT_EQ(read_text_file(target_ / "a.c"), "first");
  EXPECT_EQ(read_text_file(target_ / "sub/b.h"), "same");
  EXPECT_EQ(run_process({"sha256sum", "-c", "--quiet", kManifest}, target_).exit_code, 0);
}

TEST_F(BundleFolder, TakesThePlaceOfAnEarlierBundle) {
  write_bundle(target_, kFirst);
  write_bundle(target_, kSecond);
  EXPECT_EQ(read_text_file(target_ / "a.c"), "second");
  EXPECT_FALSE(fs::exists(target_ / "sub"));
  EXPECT_FALSE(has_leftovers());
}

TEST_F(BundleFolder, MayBeAnEmptyOne) {
  make_folder(target_);
  write_bundle(target_, kFirst);
  EXPECT_EQ(read_text_file(target_ / "a.c"), "first");
}

TEST_F(BundleFolder, KeepsFilesThatNoExportWrote) {
  write_bundle(target_, kFirst);
  write_file_atomic(target_ / "sub/mine.txt", std::string_view("mine"));
  EXPECT_NE(refusal().find("'sub/mine.txt', which no export wrote"), std::string::npos) << refusal();
  EXPECT_EQ(read_text_file(target_ / "sub/mine.txt"), "mine");
  EXPECT_EQ(read_text_file(target_ / "a.c"), "first");
}

TEST_F(BundleFolder, KeepsFilesThatWereChangedSince) {
  write_bundle(target_, kFirst);
  write_file_atomic(target_ / "a.c", std::string_view("edited"));
  EXPECT_NE(refusal().find("'a.c', which was changed"), std::string::npos) << refusal();
  EXPECT_EQ(read_text_file(target_ / "a.c"), "edited");
}

TEST_F(BundleFolder, KeepsAFileInItsPlace) {
  write_file_atomic(target_, std::string_view("a file"));
  EXPECT_NE(refusal().find("is not a folder"), std::string::npos) << refusal();
  EXPECT_EQ(read_text_file(target_), "a file");
}

TEST_F(BundleFolder, StaysAsItWasWhenTheDiskIsFull) {
  write_bundle(target_, kFirst);
  const Bundle large{{{"a.c", std::string(100000, 'x')}}, 0};
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{10000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(write_bundle(target_, large), Error);
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(read_text_file(target_ / "a.c"), "first");
  EXPECT_EQ(std::distance(fs::directory_iterator(target_.parent_path()), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace mote::exporter
