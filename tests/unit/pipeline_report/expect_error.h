// Checks an error's code and a part of its text.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "mote/base/error.h"

namespace mote::pipeline::test {

template <class Body>
void expect_error(ErrorCode code, Body&& body, const std::string& part) {
  try {
    body();
    ADD_FAILURE() << "no error, wanted one with: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_THAT(error.what(), testing::HasSubstr(part));
  }
}

}  // namespace mote::pipeline::test
