// Small hand-checked predictions, and a check of an error's code and text.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mote/base/error.h"
#include "mote/evaluate/predictions.h"

namespace mote::evaluate::test {

// Three classes, six clips. Predictions: yes yes no | no yes | (no clip of "go") no
inline Predictions six_clips() {
  return {{"yes", "no", "go"},
          {"a.wav", "b.wav", "c.wav", "d.wav", "e.wav", "f.wav"},
          {0, 0, 0, 1, 1, 1},
          {0.8F, 0.1F, 0.1F,  //
           0.6F, 0.3F, 0.1F,  //
           0.3F, 0.5F, 0.2F,  //
           0.2F, 0.7F, 0.1F,  //
           0.9F, 0.1F, 0.0F,  //
           0.1F, 0.6F, 0.3F}};
}

template <class Body>
void expect_invalid(Body&& body, const std::string& part) {
  try {
    body();
    ADD_FAILURE() << "no error, wanted one with: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalid);
    EXPECT_THAT(error.what(), testing::HasSubstr(part));
  }
}

}  // namespace mote::evaluate::test
