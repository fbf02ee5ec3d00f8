#include "mote/data/description.h"

#include <gtest/gtest.h>

#include "test_files.h"

namespace mote::data {
namespace {

using test::expect_error;

constexpr std::string_view kGood = R"(name = "words"
title = "Words"
licence = "CC0"
citation = "nobody, 2020"
homepage = "https://example.org"
layout = "speech-commands"

[[archive]]
url = "https://example.org/words.tar.gz"
bytes = 12
sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)";

// kGood with one piece of text replaced.
std::string changed(std::string_view from, std::string_view to) {
  std::string text(kGood);
  return text.replace(text.find(from), from.size(), to);
}

TEST(Description, IsReadFromToml) {
  const DatasetDescription description = parse_description(kGood, "words.toml");
  EXPECT_EQ(description.name, "words");
  EXPECT_EQ(description.licence, "CC0");
  EXPECT_EQ(description.layout, Layout::kSpeechCommands);
  ASSERT_EQ(description.archives.size(), 1U);
  EXPECT_EQ(description.archives[0].bytes, 12);
}

TEST(Description, NamesFileLineAndKeyOfAMistake) {
  const auto expect_mistake = [](const std::string& text, const std::vector<std::string>& parts) {
    expect_error(ErrorCode::kInvalid, parts, [&] { parse_description(text, "words.toml"); });
  };
  expect_mistake(changed("licence", "license"), {"words.toml:3", "got 'license'", "did you mean 'licence'?"});
  expect_mistake(changed("bytes = 12", "bytes = \"12\""), {"words.toml:10", "a whole number for 'bytes'"});
  expect_mistake(changed("bytes = 12", "bytes = 0"), {"bytes > 0, got 0"});
  expect_mistake(changed("bytes = 12", ""), {"wanted the key 'bytes'"});
  expect_mistake(changed("0123", "XYZ"), {"64 lower case hex digits"});
  expect_mistake(changed("\"words\"", "\"../words\""), {"can name a folder"});
  expect_mistake(changed("https://example.org/words.tar.gz", "words/"), {"URL of a file"});
  expect_mistake(changed("[[archive]]", "[other]"), {"got 'other'"});
  expect_mistake("name = ", {"words.toml:1", "wanted TOML"});
  expect_mistake(changed("speech-commands", "speech-command"), {"did you mean 'speech-commands'?"});
  expect_error(ErrorCode::kNotFound, {"/nowhere/words.toml"}, [] { load_description("/nowhere/words.toml"); });
}

TEST(Description, OfEveryDataSetInTheProjectIsGood) {
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(MOTE_SOURCE_DIR) / "datasets")) {
    if (file.path().extension() != ".toml") continue;
    EXPECT_EQ(load_description(file.path()).name, file.path().stem().string());
    ++count;
  }
  EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace mote::data
