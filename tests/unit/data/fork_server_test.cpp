// The server is private to the library: the test reaches into it, since no engine can be made to crash on demand.
#include "../../../libs/data/src/synth/fork_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "mote/base/error.h"

namespace mote::data {
namespace {

using ::testing::HasSubstr;

std::string greet() {
  return "ready";
}

TEST(ForkServer, AnswersEachRequestFromTheStateAfterSetup) {
  static int counter = 0;
  ForkServer server(
      [] {
        counter = 40;
        return std::to_string(counter);
      },
      [](std::string_view request) { return std::string(request) + std::to_string(++counter); });
  EXPECT_EQ(server.greeting(), "40");
  EXPECT_EQ(server.ask("a"), "a41");
  EXPECT_EQ(server.ask("b"), "b41");
  EXPECT_EQ(counter, 0);
}

TEST(ForkServer, CarriesLongMessagesBothWays) {
  ForkServer server(greet, [](std::string_view request) { return std::string(request) + std::string(request); });
  const std::string request(3000000, 'x');
  EXPECT_EQ(server.ask(request).size(), 6000000U);
  EXPECT_EQ(server.ask(""), "");
}

TEST(ForkServer, SurvivesACrashAndNamesIt) {
  ForkServer server(greet, [](std::string_view request) -> std::string {
    if (request == "crash") ::_exit(9);
    return "fine";
  });
  try {
    server.ask("crash");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kIo);
    EXPECT_THAT(error.what(), HasSubstr("wanted an answer of the speech engine, got none"));
  }
  EXPECT_EQ(server.ask("go on"), "fine");
}

TEST(ForkServer, HandsOverTheErrorsOfTheHandlerAndOfTheSetup) {
  ForkServer server(greet, [](std::string_view) -> std::string { throw Error(ErrorCode::kNotFound, "no such voice"); });
  try {
    server.ask("x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_EQ(error.message(), "no such voice");
  }
  const auto fail = []() -> std::string { throw Error(ErrorCode::kUnsupported, "no data"); };
  EXPECT_THROW(ForkServer(fail, [](std::string_view) { return std::string(); }), Error);
}

}  // namespace
}  // namespace mote::data
