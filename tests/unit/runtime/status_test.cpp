#include "mote/runtime/status.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mote::test {
namespace {

TEST(Status, EveryCodeHasItsOwnNameAndText) {
  std::set<std::string> names;
  std::set<std::string> texts;
  for (int code = 0; code < MOTE_STATUS_COUNT; ++code) {
    names.insert(mote_status_name(static_cast<mote_status>(code)));
    texts.insert(mote_status_text(static_cast<mote_status>(code)));
  }
  EXPECT_EQ(names.size(), MOTE_STATUS_COUNT);
  EXPECT_EQ(texts.size(), MOTE_STATUS_COUNT);
  EXPECT_EQ(names.count(""), 0U);
  EXPECT_EQ(texts.count(""), 0U);
}

TEST(Status, TableAndEnumAgree) {
#define MOTE_EXPECT_AGREEMENT(name, text)      \
  EXPECT_STREQ(mote_status_name(name), #name); \
  EXPECT_STREQ(mote_status_text(name), text);
  MOTE_STATUS_LIST(MOTE_EXPECT_AGREEMENT)
#undef MOTE_EXPECT_AGREEMENT
  EXPECT_EQ(MOTE_OK, 0);
}

TEST(Status, ANumberOutsideTheListHasATextToo) {
  EXPECT_STREQ(mote_status_text(MOTE_STATUS_COUNT), "unknown status");
  EXPECT_STREQ(mote_status_name(MOTE_STATUS_COUNT), "MOTE_ERROR_UNKNOWN");
}

}  // namespace
}  // namespace mote::test
