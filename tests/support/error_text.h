// What a call throws, as one text: "invalid: [conv2d] stride must be >= 1, got 0"; "no error" when it returns.
#pragma once

#include <string>

#include "mote/base/error.h"

namespace mote::test {

template <class Body>
std::string error_text(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "no error";
}

}  // namespace mote::test
