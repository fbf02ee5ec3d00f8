#include "report/html_text.h"

#include <gtest/gtest.h>

namespace mote::pipeline {
namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

TEST(Escape, MakesTextSafeBetweenTagsAndInAttributes) {
  EXPECT_EQ(escape("<a href='x'>\"&\"</a>"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
}

TEST(Escape, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(escape("été 字 🎤"), "été 字 🎤");
  EXPECT_EQ(escape("a\xC3"), std::string("a") + kReplacement);
  EXPECT_EQ(escape("\xC0\xAF"), std::string(kReplacement) + kReplacement);  // overlong
  EXPECT_EQ(escape("\xED\xA0\x80").substr(0, 3), kReplacement);             // surrogate
  EXPECT_EQ(escape("\xF4\x90\x80\x80").substr(0, 3), kReplacement);         // beyond U+10FFFF
  EXPECT_EQ(escape(std::string_view("\0", 1)), kReplacement);
}

TEST(Numbers, ReadAsPeopleWriteThem) {
  EXPECT_EQ(percent(0.9124), "91.24\u202f%");
  EXPECT_EQ(percent_or_dash(std::nullopt), "–");
  EXPECT_EQ(points(-0.0021), "−0.21");
  EXPECT_EQ(points(0.0021), "+0.21");
  EXPECT_EQ(points(-0.00001), "0.00");
  EXPECT_EQ(number(0.02351), "0.02351");
  EXPECT_EQ(number(-16000), "−16,000");
  EXPECT_EQ(short_count(2656768), "2.66\u202fM");
  EXPECT_EQ(short_count(22604), "22.6\u202fk");
  EXPECT_EQ(short_count(999), "999");
  EXPECT_EQ(shape({49, 10, 1}), "49×10×1");
}

// RFC 4648, section 10.
TEST(Base64, EqualsTheVectorsOfTheRfc) {
  const auto encoded = [](std::string_view text) {
    return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
  };
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace mote::pipeline
