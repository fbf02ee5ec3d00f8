#include "mote/data/fetch.h"

#include <gtest/gtest.h>

#include "file_server.h"
#include "mote/base/file.h"
#include "mote/base/hash.h"
#include "mote/base/process.h"
#include "test_files.h"

namespace mote::data {
namespace {

using test::Answer;
using test::expect_error;
using test::FileServer;
using test::put_file;
using test::TempFolder;

// One 512-byte header of a ustar archive and the content, padded. Format: POSIX.1-1988, "ustar".
std::string tar_member(const std::string& name, char type, const std::string& content, const std::string& link = {}) {
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) { header.replace(at, text.size(), text); };
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", content.size()));
  put(136, "00000000000");
  put(148, "        ");
  put(156, std::string(1, type));
  put(157, link);
  put(257, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + '\0');
  std::string padded = content;
  padded.resize((content.size() + 511) / 512 * 512);
  return header + padded;
}

std::string tar_of(const std::vector<std::string>& members) {
  std::string tar;
  for (const std::string& member : members) tar += member;
  return tar + std::string(1024, '\0');
}

// The layout of Speech Commands, gzipped, large enough to be cut.
std::string sample_archive(const TempFolder& folder) {
  std::string noise;
  for (unsigned i = 0; i < 20000; ++i) noise += static_cast<char>(i * 2654435761U >> 23);
  const auto path = folder / "sample.tar";
  put_file(path, tar_of({tar_member("./yes/", '5', ""), tar_member("./yes/anna_nohash_0.wav", '0', noise),
                         tar_member("./validation_list.txt", '0', "yes/anna_nohash_0.wav\n")}));
  EXPECT_EQ(run_process({"gzip", "-n", path.string()}).exit_code, 0);
  return read_text_file(folder / "sample.tar.gz");
}

DatasetDescription describe(const FileServer& server, const std::string& body) {
  DatasetDescription description;
  description.name = "words";
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(body.data());
  description.archives = {
      {server.url() + "/words.tar.gz", static_cast<std::int64_t>(body.size()), sha256(std::span(bytes, body.size()))}};
  return description;
}

void expect_nothing_but_part(const std::filesystem::path& folder) {
  for (const auto& item : std::filesystem::directory_iterator(folder)) {
    const std::string name = item.path().filename().string();
    EXPECT_TRUE(name == "words.tar.gz.part" || name == "words.lock") << name;
  }
}

TEST(Fetch, DownloadsChecksAndUnpacks) {
  TempFolder folder;
  const std::string body = sample_archive(folder);
  const FileServer server(body, {});
  const auto target = fetch(describe(server, body), folder / "data", {}, null_log());
  EXPECT_EQ(target, folder / "data/words");
  EXPECT_EQ(read_text_file(target / "validation_list.txt"), "yes/anna_nohash_0.wav\n");
  EXPECT_EQ(std::filesystem::file_size(target / "yes/anna_nohash_0.wav"), 20000U);
  EXPECT_EQ(detect_layout(target), Layout::kSpeechCommands);
  EXPECT_FALSE(std::filesystem::exists(folder / "data/words.tar.gz.part"));

  EXPECT_EQ(fetch(describe(server, body), folder / "data", {}, null_log()), target);
  EXPECT_EQ(server.starts().size(), 1U);  // the second time nothing is asked for
}

TEST(Fetch, GoesOnWhereABrokenConnectionStopped) {
  TempFolder folder;
  const std::string body = sample_archive(folder);
  const FileServer server(body, {Answer{.cut_after = 1000}, Answer{.cut_after = 500}});
  fetch(describe(server, body), folder / "data", {}, null_log());
  EXPECT_EQ(server.starts(), (std::vector<std::size_t>{0, 1000, 1500}));
}

TEST(Fetch, GoesOnInTheNextRun) {
  TempFolder folder;
  const std::string body = sample_archive(folder);
  const FileServer server(body, {Answer{.cut_after = 1000}});
  FetchOptions once;
  once.attempts = 1;
  expect_error(ErrorCode::kIo, {server.url(), "run it again"},
               [&] { fetch(describe(server, body), folder / "data", once, null_log()); });
  expect_nothing_but_part(folder / "data");
  fetch(describe(server, body), folder / "data", once, null_log());
  EXPECT_EQ(server.starts(), (std::vector<std::size_t>{0, 1000}));
}

TEST(Fetch, StartsAfreshWhenTheServerKnowsNoRanges) {
  TempFolder folder;
  const std::string body = sample_archive(folder);
  const FileServer server(body, {Answer{.cut_after = 1000}, Answer{.ranges = Answer::Ranges::kIgnored}});
  EXPECT_TRUE(std::filesystem::exists(fetch(describe(server, body), folder / "data", {}, null_log()) / "yes"));
}

TEST(Fetch, TriesAgainAfterAServerErrorButNotAfterAMissingFile) {
  TempFolder folder;
  const std::string body = sample_archive(folder);
  const FileServer server(body, {Answer{.status = 503}, Answer{.status = 404}});
  expect_error(ErrorCode::kIo, {"the server's answer 404"},
               [&] { fetch(describe(server, body), folder / "data", {}, null_log()); });
  EXPECT_EQ(server.starts().size(), 2U);
  const auto part = folder / "data/words.tar.gz.part";
  EXPECT_TRUE(!std::filesystem::exists(part) || std::filesystem::is_empty(part));
}

TEST(Fetch, RemovesAnArchiveWithAnotherChecksum) {
  TempFolder folder;
  const std::string body = sample_archive(folder);
  const FileServer server(body, {});
  DatasetDescription description = describe(server, body);
  description.archives[0].sha256 = std::string(64, '0');
  expect_error(
      ErrorCode::kCorrupt,
      {"wanted SHA-256 000", sha256(std::span(reinterpret_cast<const std::uint8_t*>(body.data()), body.size()))},
      [&] { fetch(description, folder / "data", {}, null_log()); });
  EXPECT_FALSE(std::filesystem::exists(folder / "data/words.tar.gz.part"));
  expect_nothing_but_part(folder / "data");
}

TEST(Fetch, RefusesAnArchiveOfAnotherSize) {
  TempFolder folder;
  const std::string body = sample_archive(folder);
  const FileServer server(body, {});
  DatasetDescription description = describe(server, body);
  description.archives[0].bytes -= 1;
  expect_error(ErrorCode::kCorrupt, {"got more"}, [&] { fetch(description, folder / "data", {}, null_log()); });
  description.archives[0].bytes += 2;
  expect_error(ErrorCode::kIo, {"the end after"},
               [&] { fetch(description, folder / "other", {.attempts = 1}, null_log()); });
}

TEST(Fetch, TakesTheArchiveFromAMirror) {
  TempFolder folder;
  const std::string body = sample_archive(folder);
  const FileServer server(body, {});
  DatasetDescription description = describe(server, body);
  description.archives[0].url = "http://127.0.0.1:1/words.tar.gz";
  FetchOptions options;
  options.mirror = server.url() + "/copies";
  EXPECT_TRUE(std::filesystem::exists(fetch(description, folder / "data", options, null_log())));
}

TEST(Fetch, NamesAServerThatIsNotThere) {
  TempFolder folder;
  DatasetDescription description;
  description.name = "words";
  description.archives = {{"http://127.0.0.1:1/words.tar.gz", 10, std::string(64, '0')}};
  expect_error(ErrorCode::kIo, {"http://127.0.0.1:1/words.tar.gz", "check the network"},
               [&] { fetch(description, folder / "data", {.attempts = 1}, null_log()); });
}

TEST(Fetch, StopsWhenAskedAndKeepsWhatCame) {
  TempFolder folder;
  const std::string body = sample_archive(folder);
  const FileServer server(body, {Answer{.cut_after = 1000}});
  std::stop_source stop;
  FetchOptions options;
  options.stop = stop.get_token();
  options.attempts = 1;
  EXPECT_THROW(fetch(describe(server, body), folder / "data", options, null_log()), Error);
  stop.request_stop();
  expect_error(ErrorCode::kInterrupted, {"run it again to go on"},
               [&] { fetch(describe(server, body), folder / "data", options, null_log()); });
  EXPECT_GE(std::filesystem::file_size(folder / "data/words.tar.gz.part"), 1000U);
}

TEST(Fetch, RefusesOptionsOutOfRange) {
  FetchOptions options;
  options.attempts = 0;
  expect_error(ErrorCode::kInvalid, {"fetch.attempts"}, [&] { options.validate(); });
}

void expect_refused(const std::string& tar, const std::string& part) {
  TempFolder folder;
  put_file(folder / "evil.tar", tar);
  expect_error(ErrorCode::kCorrupt, {"evil.tar", part},
               [&] { unpack(folder / "evil.tar", folder / "out", {}, null_log()); });
  EXPECT_FALSE(std::filesystem::exists(folder / "evil"));
}

TEST(Unpack, RefusesMembersThatLeaveTheFolder) {
  expect_refused(tar_of({tar_member("../evil", '0', "x")}), "got '../evil'");
  expect_refused(tar_of({tar_member("a/../../evil", '0', "x")}), "got 'a/../../evil'");
  expect_refused(tar_of({tar_member("/tmp/evil", '0', "x")}), "got '/tmp/evil'");
}

TEST(Unpack, RefusesLinksAndDevices) {
  expect_refused(tar_of({tar_member("link", '2', "", "/etc")}), "a link or device 'link'");
  expect_refused(tar_of({tar_member("a", '0', "x"), tar_member("link", '1', "", "a")}), "a link or device 'link'");
  expect_refused(tar_of({tar_member("pipe", '6', "")}), "a link or device 'pipe'");
}

TEST(Unpack, RefusesArchivesThatAreCutShortOrEmptyOrTooLarge) {
  const std::string whole = tar_of({tar_member("a", '0', std::string(3000, 'x'))});
  expect_refused(whole.substr(0, 1500), "a whole tar archive");
  expect_refused("no archive at all", "a whole tar archive");
  expect_refused(tar_of({}), "with files, got none");

  TempFolder folder;
  put_file(folder / "a.tar", whole);
  FetchOptions options;
  options.unpacked_limit_bytes = 2999;
  expect_error(ErrorCode::kCorrupt, {"at most 2999 bytes"},
               [&] { unpack(folder / "a.tar", folder / "out", options, null_log()); });
}

TEST(Fetch, LeavesNoFolderBehindAnEvilArchive) {
  TempFolder folder;
  const std::string body = tar_of({tar_member("good.wav", '0', "x"), tar_member("../evil", '0', "x")});
  const FileServer server(body, {});
  expect_error(ErrorCode::kCorrupt, {"../evil"},
               [&] { fetch(describe(server, body), folder / "data", {}, null_log()); });
  expect_nothing_but_part(folder / "data");
  EXPECT_FALSE(std::filesystem::exists(folder / "evil"));
}

}  // namespace
}  // namespace mote::data
