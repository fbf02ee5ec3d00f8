#include "mote/base/text.h"

#include <gtest/gtest.h>

#include "mote/base/error.h"
#include "mote/base/process.h"

namespace mote {
namespace {

TEST(Text, TheNearestWordIsFoundAndAFarOneIsNot) {
  const std::vector<std::string> known{"epochs", "batch", "learning_rate"};
  EXPECT_EQ(did_you_mean("epoch", known), " (did you mean 'epochs'?)");
  EXPECT_EQ(did_you_mean("colour", known), "");
}

TEST(Text, ANumberWithARestIsNoNumber) {
  EXPECT_EQ(parse_double("1.5"), 1.5);
  EXPECT_EQ(parse_double("1.5x"), std::nullopt);
  EXPECT_EQ(parse_double(""), std::nullopt);
  EXPECT_EQ(parse_int("-12"), -12);
  EXPECT_EQ(parse_int("99999999999999999999"), std::nullopt);
}

TEST(Text, DigitsAreGroupedInThrees) {
  EXPECT_EQ(group_digits(-1234567), "-1,234,567");
  EXPECT_EQ(group_digits(-123), "-123");
  EXPECT_EQ(human_bytes(1536), "1.5 KB");
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ',').size(), 1U);
}

TEST(Error, GathersContextFromTheInsideOut) {
  try {
    with_context("recipe kws.toml:31", [] {
      with_context("layer 3", [] { throw Error(ErrorCode::kInvalid, "[conv2d] stride must be >= 1, got 0"); });
    });
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "recipe kws.toml:31: layer 3: [conv2d] stride must be >= 1, got 0");
    EXPECT_EQ(error.context().size(), 2U);
  }
}

TEST(Process, GivesOutputErrorsAndExitCode) {
  const ProcessResult result = run_process({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
  EXPECT_EQ(result.exit_code, 3);
}

TEST(Process, AProgramThatDoesNotEndIsKilledAtItsTimeLimit) {
  const ProcessResult result = run_process({"sh", "-c", "echo before; exec sleep 60"}, {}, 1);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.output, "before\n");
  EXPECT_EQ(result.exit_code, 128 + 9);
  EXPECT_FALSE(run_process({"true"}, {}, 60).timed_out);
}

TEST(Process, AProgramThatIsNotInstalledIsNamed) {
  try {
    run_process({"no-such-program-of-mote"});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the program 'no-such-program-of-mote' is not installed");
  }
}

}  // namespace
}  // namespace mote
