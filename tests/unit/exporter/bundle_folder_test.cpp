#include "mote/exporter/bundle_folder.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "bundle_support.h"
#include "error_text.h"
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

TEST_F(BundleFolder, IsReadBackWithWhatWasChanged) {
  write_bundle(target_, kFirst);
  write_file_atomic(target_ / "sub/b.h", std::string_view("other"));
  write_file_atomic(target_ / "build.o", std::string_view("made since"));
  const BundleOnDisk bundle = read_bundle(target_);
  ASSERT_EQ(bundle.files.size(), 2U);
  EXPECT_EQ(bundle.files[0].text, "first");
  EXPECT_EQ(bundle.files[1].path, "sub/b.h");
  EXPECT_EQ(bundle.changed, std::vector<std::string>{"sub/b.h"});
}

TEST_F(BundleFolder, WithoutAManifestOrAFileOfItIsNotRead) {
  write_bundle(target_, kFirst);
  fs::remove(target_ / "a.c");
  const std::string lost = test::error_text([&] { read_bundle(target_); });
  EXPECT_NE(lost.find("wanted the file 'a.c' of its MANIFEST.txt, got none: export again"), std::string::npos) << lost;
  fs::remove(target_ / kManifest);
  const std::string none = test::error_text([&] { read_bundle(target_); });
  EXPECT_NE(none.find("MANIFEST.txt' with the files of an export, got none"), std::string::npos) << none;
}

TEST_F(BundleFolder, ManifestMustNotLeaveTheFolder) {
  for (const char* path : {"../a.c", "/etc/hostname", "sub/../../a.c", ""}) {
    write_file_atomic(target_ / kManifest, std::string_view(std::string(64, '0') + "  " + path + "\n"));
    const std::string text = test::error_text([&] { read_bundle(target_); });
    EXPECT_NE(text.find("corrupt: [bundle] "), std::string::npos) << path << text;
  }
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
